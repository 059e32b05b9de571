// Chooses the worker for a request: candidates of the group in order of preference, the balancer's
// choice among them, and a slot. Every result has a printable reason. Any thread.
//
// Admit calls WaitQueue::MustQueue itself: a pick that would overtake a waiter returns kFull.
//
// Order: available, neither ejected nor cooling down nor tried -> the same among backups -> ejected
// ones if no other is left (never all at once) -> those cooling down, one request per second each
// -> wait for those cooling down (kFull with the time) -> nobody.
#ifndef BANTO_PROXY_UPSTREAM_ADMISSION_H_
#define BANTO_PROXY_UPSTREAM_ADMISSION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/upstream/in_flight.h"
#include "proxy/upstream/worker_group.h"

namespace banto::upstream {

// Workers that this Fetch has already tried.
using Tried = std::vector<const WorkerState*>;

struct Admission {
  enum class Kind : uint8_t {
    kPicked,  // `slot` holds the worker
    kFull,    // there are candidates, but all are at max_in_flight or cooling down: queue
    kNobody,  // no candidates: all are unhealthy, draining or tried; see `reason`
  };
  Kind kind = Kind::kNobody;
  InFlight slot;
  std::string reason;    // kNobody: "gpu1: connect: Connection refused; gpu2: draining"
  bool loading = false;  // kNobody: at least one is loading (answer model_loading with Retry-After)
  int64_t cool_down_ms = 0;  // kFull: milliseconds until the first cool-down ends, or 0
  // For people, built on demand: the slot's reason, "all are at max_in_flight", or kNobody's.
  std::string Reason() const;
};

Admission Admit(const WorkerGroup& group, const Tried& tried, const DemandPtr& demand,
                int64_t now_ms, WaitQueue* queue);

// Whether whoever could be waited for is cooling down.
bool OnlyCoolDown(const WorkerGroup& group, const Tried& tried, int64_t now_ms);

// … because they refuse our keys: that is not mended by waiting.
bool OnlyKeysRefused(const WorkerGroup& group, const Tried& tried, int64_t now_ms);

// Why waiting requests were not served, worker by worker, if some are cooling down; otherwise
// empty.
std::string WhyCoolingDown(const WorkerGroup& group, const Tried& tried, int64_t now_ms);
// "cooling down for 900 ms, after a 429 or 503"; empty if it is not.
std::string CoolDownWords(const WorkerState& state, int64_t now_ms);

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_ADMISSION_H_
