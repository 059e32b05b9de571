#include "health/passive_checker.h"

#include <algorithm>

namespace banto::health {
namespace {

// Stores only what changes: a success is reported for every request, and a cache line that nobody
// writes stays shared between the threads.
template <typename T>
void Clear(std::atomic<T>* value) {
  if (value->load(std::memory_order_relaxed) != 0) value->store(0, std::memory_order_relaxed);
}

// The later of two ends wins, whichever thread comes first.
void RaiseTo(std::atomic<int64_t>* value, int64_t wanted) {
  int64_t now = value->load(std::memory_order_relaxed);
  while (now < wanted && !value->compare_exchange_weak(now, wanted, std::memory_order_relaxed)) {
  }
}

}  // namespace

bool PassiveChecker::Report(AttemptOutcome outcome, int64_t now_ms, int64_t retry_after_ms) {
  switch (outcome) {
    case AttemptOutcome::kSuccess:
      Heal();
      return false;
    case AttemptOutcome::kClientLeft:
      return false;
    case AttemptOutcome::kBackPressure: {
      const int64_t wait_ms = retry_after_ms < 0 ? kCoolDownDefaultMs : retry_after_ms;
      RaiseTo(&cool_until_ms_, now_ms + std::min(wait_ms, kCoolDownMaxMs));
      return false;
    }
    case AttemptOutcome::kFault:
      break;
  }
  int64_t until_ms = ejected_until_ms_.load(std::memory_order_relaxed);
  // What was under way when the worker was ejected ends as it must: it tells nothing new.
  if (now_ms < until_ms) return false;
  if (faults_in_row_.fetch_add(1, std::memory_order_relaxed) + 1 < kFaultsToEject) return false;
  // The count stays up: after the ejection the first fault ejects again, for twice as long.
  const int doublings = std::min(ejections_in_row_.load(std::memory_order_relaxed), 10);
  const int64_t eject_ms = std::min(kEjectFirstMs << doublings, kEjectMaxMs);
  if (!ejected_until_ms_.compare_exchange_strong(until_ms, now_ms + eject_ms,
                                                 std::memory_order_relaxed)) {
    return false;  // another thread was first
  }
  ejections_in_row_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void PassiveChecker::Heal() {
  Clear(&faults_in_row_);
  Clear(&ejections_in_row_);
  Clear(&ejected_until_ms_);
}

}  // namespace banto::health
