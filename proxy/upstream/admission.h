// Who serves this request: candidates of the group in order of preference, the balancer's choice
// among them, a slot taken. Every answer carries a printable reason. Any thread.
//
// Admit asks WaitQueue::MustQueue itself: a pick that would overtake a waiter is answered kFull.
//
// Order: available, neither ejected nor cooling down nor tried -> the same among backups -> ejected
// ones when nobody else is left (never all at once) -> cooling down ones, one request a second ->
// cooling down ones are waited for (kFull with the time) -> nobody.
#ifndef BANTO_PROXY_UPSTREAM_ADMISSION_H_
#define BANTO_PROXY_UPSTREAM_ADMISSION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/upstream/in_flight.h"
#include "proxy/upstream/worker_group.h"

namespace banto::upstream {

// Workers that this Fetch has tried already.
using Tried = std::vector<const WorkerState*>;

struct Admission {
  enum class Kind : uint8_t {
    kPicked,  // `slot` holds the worker
    kFull,    // candidates exist, all are at max_in_flight or cooling down: queue
    kNobody,  // no candidate: all unhealthy, draining or tried; `reason` says which
  };
  Kind kind = Kind::kNobody;
  InFlight slot;
  const char* picked_by = "";     // kPicked: the policy's name
  const char* picked_among = "";  // kPicked: "", " backups", " ejected", …: how far down the order
  int picked_of = 0;              // kPicked: between how many
  std::string reason;             // kNobody: "gpu1: connect: Connection refused; gpu2: draining"
  bool loading = false;  // kNobody: at least one is loading (answer model_loading with Retry-After)
  int64_t cool_down_ms =
      0;  // kFull: milliseconds until the earliest end of a cool-down, 0 when none
  // In words, built on demand: "least_loaded of 3", "all are at max_in_flight", kNobody's reason.
  std::string Reason() const;
};

Admission Admit(const WorkerGroup& group, const Tried& tried, int64_t prompt_bytes, int64_t now_ms,
                WaitQueue* queue);

// Why those who wait were not served, worker by worker, where some of them cool down; else empty.
std::string WhyCoolingDown(const WorkerGroup& group, const Tried& tried, int64_t now_ms);
// "cooling down for 900 ms, after a 429 or 503"; empty where it does not.
std::string CoolDownWords(const WorkerState& state, int64_t now_ms);

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_ADMISSION_H_
