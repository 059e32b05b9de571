#include "health/passive_checker.h"

#include <algorithm>

namespace banto::health {
namespace {

// Stores only changes: a success is reported for every request, and a cache line that is not
// written stays shared between the threads.
template <typename T>
void Clear(std::atomic<T>* value) {
  if (value->load(std::memory_order_relaxed) != 0) value->store(0, std::memory_order_relaxed);
}

// The later of two ends wins, whatever the order of the threads.
void RaiseTo(std::atomic<int64_t>* value, int64_t wanted) {
  int64_t now = value->load(std::memory_order_relaxed);
  while (now < wanted && !value->compare_exchange_weak(now, wanted, std::memory_order_relaxed)) {
  }
}

}  // namespace

PassiveChecker::Change PassiveChecker::Report(AttemptOutcome outcome, int64_t now_ms,
                                              int64_t retry_after_ms, int64_t age_ms) {
  switch (outcome) {
    case AttemptOutcome::kSuccess:
      return Succeed(now_ms, age_ms);
    case AttemptOutcome::kClientLeft:
      return Change::kNone;
    case AttemptOutcome::kBackPressure:
      return CoolDown(CoolDownCause::kRefusal, now_ms, retry_after_ms);
    case AttemptOutcome::kKeyRefused:
      return CoolDown(CoolDownCause::kKeyRefused, now_ms, kCoolDownMaxMs);
    case AttemptOutcome::kForbidden:
      if (const Change change = Fault(now_ms); change != Change::kNone) return change;
      return Say(Change::kForbidden, now_ms);
    case AttemptOutcome::kFault:
      break;
  }
  return Fault(now_ms);
}

PassiveChecker::Change PassiveChecker::Fault(int64_t now_ms) {
  int64_t until_ms = ejected_until_ms_.load(std::memory_order_relaxed);
  // Requests in flight when the worker was ejected tell nothing new.
  if (now_ms < until_ms) return Change::kNone;
  if (faults_in_row_.fetch_add(1, std::memory_order_relaxed) + 1 < kFaultsToEject)
    return Change::kNone;
  // The count stays high: after the ejection the first fault ejects again, for twice as long.
  const int doublings = std::min(ejections_in_row_.load(std::memory_order_relaxed), 10);
  const int64_t eject_ms = std::min(kEjectFirstMs << doublings, kEjectMaxMs);
  if (!ejected_until_ms_.compare_exchange_strong(until_ms, now_ms + eject_ms,
                                                 std::memory_order_relaxed)) {
    return Change::kNone;  // another thread was first
  }
  ejections_in_row_.fetch_add(1, std::memory_order_relaxed);
  return Change::kEjected;
}

PassiveChecker::Change PassiveChecker::CoolDown(CoolDownCause cause, int64_t now_ms,
                                                int64_t retry_after_ms) {
  const int64_t wait_ms = retry_after_ms < 0 ? kCoolDownDefaultMs : retry_after_ms;
  RaiseTo(&cooled_at_ms_, now_ms);
  RaiseTo(&trial_at_ms_, now_ms + std::min(wait_ms, kTrialEveryMs));
  RaiseTo(&cool_until_ms_, now_ms + std::min(wait_ms, kCoolDownMaxMs));
  cause_.store(cause, std::memory_order_relaxed);
  return Say(Change::kCoolDown, now_ms);
}

PassiveChecker::Change PassiveChecker::Rest(CoolDownCause cause, int64_t now_ms, int64_t wait_ms) {
  const int64_t until_ms = now_ms + std::min(wait_ms, kRestMaxMs);
  RaiseTo(&cooled_at_ms_, now_ms);
  RaiseTo(&trial_at_ms_, until_ms);
  RaiseTo(&cool_until_ms_, until_ms);
  cause_.store(cause, std::memory_order_relaxed);
  return Say(Change::kCoolDown, now_ms);
}

PassiveChecker::Change PassiveChecker::Say(Change change, int64_t now_ms) {
  int64_t said_ms = said_ms_.load(std::memory_order_relaxed);
  const bool say = now_ms - said_ms >= kSayAgainMs &&
                   said_ms_.compare_exchange_strong(said_ms, now_ms, std::memory_order_relaxed);
  return say ? change : Change::kNone;
}

PassiveChecker::Change PassiveChecker::Succeed(int64_t now_ms, int64_t age_ms) {
  Heal();
  if (!CoolingDown(now_ms)) return Change::kNone;
  if (now_ms - age_ms <= cooled_at_ms_.load(std::memory_order_relaxed)) return Change::kNone;
  Clear(&cool_until_ms_);
  return Change::kCoolDownOver;
}

bool PassiveChecker::TakeTrial(int64_t now_ms) {
  int64_t at_ms = trial_at_ms();
  return at_ms <= now_ms && trial_at_ms_.compare_exchange_strong(at_ms, now_ms + kTrialEveryMs,
                                                                 std::memory_order_relaxed);
}

void PassiveChecker::Heal() {
  Clear(&faults_in_row_);
  Clear(&ejections_in_row_);
  Clear(&ejected_until_ms_);
}

}  // namespace banto::health
