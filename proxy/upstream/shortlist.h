// The workers of a group that may serve a request right now: the first tier of admission.h's order
// with a free slot. Lives for one Admit, or for one waiter's turn in the queue; no allocation up to
// kInline workers. Any thread.
#ifndef BANTO_PROXY_UPSTREAM_SHORTLIST_H_
#define BANTO_PROXY_UPSTREAM_SHORTLIST_H_

#include <array>
#include <cstdint>
#include <memory>

#include "proxy/upstream/admission.h"
#include "proxy/upstream/balancer.h"

namespace banto::upstream {

class Shortlist {
 public:
  enum class Tier : uint8_t {
    kMain,     // in good standing
    kBackup,   // in good standing, but only if no main worker has a slot
    kEjected,  // by traffic; only if the group has none in good standing, not even a full one
    kTrial,    // cooling down; like kEjected, and one request per second each
    kNone,     // no slot is free
  };

  Shortlist(const WorkerGroup& group, const Tried& tried, int64_t now_ms);
  Shortlist(const Shortlist&) = delete;
  Shortlist& operator=(const Shortlist&) = delete;

  bool any() const { return size_ > 0; }
  int size() const { return static_cast<int>(size_); }
  Tier tier() const { return tier_; }
  // Some are full or cooling down: waiting makes sense.
  bool worth_waiting() const { return full_ || cool_down_ms_ > 0; }
  // Until the first cool-down ends; 0: none.
  int64_t cool_down_ms() const { return cool_down_ms_; }

  // The balancer's choice with its slot taken or, if it has become full meanwhile, the next choice.
  // Empty: all have.
  InFlight Take(const DemandPtr& demand, WaitQueue* queue);

 private:
  static constexpr size_t kInline = 64;
  void Consider(const WorkerPtr& worker, int64_t now_ms);
  void ConsiderTrial(const WorkerPtr& worker, int64_t now_ms, int64_t cool);  // it cools down
  void Add(Tier tier, const WorkerPtr& worker);

  const WorkerGroup& group_;
  const int64_t now_ms_;
  Candidate* list_ = nullptr;
  size_t size_ = 0;
  Tier tier_ = Tier::kNone;
  bool good_ = false;  // one is in good standing, free or full
  bool full_ = false;
  int64_t cool_down_ms_ = 0;
  std::array<Candidate, kInline> inline_;  // uninitialized
  std::unique_ptr<Candidate[]> overflow_;  // likewise
};

bool Contains(const Tried& tried, const WorkerState* worker);

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_SHORTLIST_H_
