// Ejection based on traffic: consecutive faults exclude a worker for a growing time (5 s, doubling
// to 60 s); one success clears it. Also holds the cool-down that a worker requested (429, 503 with
// Retry-After), which is back-pressure and not a fault. Such an answer may reflect only one
// caller's limit, so a cool-down is short and half open after its first second: if no other worker
// is left, one request per second is let through, and its success ends the cool-down. Atomics only:
// every ProxyThread reports, any thread reads. The rule "never all at once" is the picker's: it
// ignores ejection if no other worker is left (proxy/upstream/admission.h).
#ifndef BANTO_HEALTH_PASSIVE_CHECKER_H_
#define BANTO_HEALTH_PASSIVE_CHECKER_H_

#include <atomic>
#include <cstdint>

namespace banto::health {

// How an Attempt ended, from the worker's point of view.
enum class AttemptOutcome : uint8_t {
  kSuccess,       // an answer, including 4xx (a client's error still shows that the worker is
                  // alive)
  kClientLeft,    // says nothing about the worker
  kBackPressure,  // 429, 503, 529, or the API's overload error in a stream: cool down
  kKeyRefused,    // 401, 402 to a key of ours: cool down, for so would every other request be
  kForbidden,     // 403 to a key of ours, perhaps for one model or one prompt only: a fault
  kFault,         // connect error, reset, timeout, 5xx, malformed answer
};

// Why a worker cools down.
enum class CoolDownCause : uint8_t {
  kRefusal,     // it answered 429, 503 or 529
  kNoRequests,  // … that none of our requests is left within its rate limit
  kNoTokens,
  kKeyRefused,  // it answered 401 or 402 to a key of ours
};

class PassiveChecker {
 public:
  static constexpr int kFaultsToEject = 5;
  static constexpr int64_t kEjectFirstMs = 5'000, kEjectMaxMs = 60'000;
  static constexpr int64_t kCoolDownDefaultMs = 1'000, kCoolDownMaxMs = 5'000, kRestMaxMs = 60'000;
  static constexpr int64_t kTrialEveryMs = 1'000, kSayAgainMs = 60'000;

  // What a report changed.
  enum class Change : uint8_t {
    kNone,
    kEjected,       // to be logged
    kCoolDown,      // to be logged: the first in a minute
    kForbidden,     // likewise
    kCoolDownOver,  // waiting requests may be served
  };
  // retry_after_ms < 0: the answer had no Retry-After. age_ms: since the attempt began; an attempt
  // that began before the cool-down does not end it.
  Change Report(AttemptOutcome outcome, int64_t now_ms, int64_t retry_after_ms = -1,
                int64_t age_ms = 0);
  // An answer to a key of ours says that nothing is left within its rate limit for so long: until
  // then every request would be refused, so none is tried.
  Change Rest(CoolDownCause cause, int64_t now_ms, int64_t wait_ms);
  CoolDownCause cool_down_cause() const { return cause_.load(std::memory_order_relaxed); }
  bool Ejected(int64_t now_ms) const {
    return now_ms < ejected_until_ms_.load(std::memory_order_relaxed);
  }
  bool CoolingDown(int64_t now_ms) const {
    return now_ms < cool_until_ms_.load(std::memory_order_relaxed);
  }
  // Whether a cool-down would let one request through now; TakeTrial claims it.
  bool MayTry(int64_t now_ms) const { return trial_at_ms() <= now_ms; }
  bool TakeTrial(int64_t now_ms);
  int64_t trial_at_ms() const { return trial_at_ms_.load(std::memory_order_relaxed); }
  int64_t ejected_until_ms() const { return ejected_until_ms_.load(std::memory_order_relaxed); }
  int64_t cool_until_ms() const { return cool_until_ms_.load(std::memory_order_relaxed); }
  // An active probe succeeded after the ejection expired, or the worker restarted.
  void Heal();

 private:
  // `change`, if nothing was said for a minute.
  Change Say(Change change, int64_t now_ms);
  Change CoolDown(CoolDownCause cause, int64_t now_ms, int64_t retry_after_ms);
  Change Fault(int64_t now_ms);
  Change Succeed(int64_t now_ms, int64_t age_ms);

  std::atomic<int64_t> ejected_until_ms_{0};  // every pick reads the first two
  std::atomic<int64_t> cool_until_ms_{0};
  std::atomic<int32_t> faults_in_row_{0};
  std::atomic<int32_t> ejections_in_row_{0};
  std::atomic<int64_t> cooled_at_ms_{0};  // when the latest cool-down was requested
  std::atomic<int64_t> trial_at_ms_{0};
  std::atomic<CoolDownCause> cause_{CoolDownCause::kRefusal};  // of the latest
  std::atomic<int64_t> said_ms_{-kSayAgainMs};
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_PASSIVE_CHECKER_H_
