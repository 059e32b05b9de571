// Ejection by traffic: faults in a row put a worker aside for a growing time (5 s, doubling to 60
// s); one success heals. Also holds the cool-down that a worker asked for (429, 503 with
// Retry-After): back-pressure, not a fault. Atomics only: every ProxyThread reports, any thread
// reads. "Never all at once" is the picker's rule: it ignores ejection when nobody else is left
// (proxy/upstream/admission.h).
#ifndef BANTO_HEALTH_PASSIVE_CHECKER_H_
#define BANTO_HEALTH_PASSIVE_CHECKER_H_

#include <atomic>
#include <cstdint>

namespace banto::health {

// How an Attempt ended, as far as the worker is concerned.
enum class AttemptOutcome : uint8_t {
  kSuccess,       // an answer, 4xx included (a client's error is neutral: counts as alive)
  kClientLeft,    // says nothing about the worker
  kBackPressure,  // 429, 503, 529, or its API's overload in a stream: cool down
  kFault,         // connect error, reset, timeout, 5xx, rubbish
};

class PassiveChecker {
 public:
  static constexpr int kFaultsToEject = 5;
  static constexpr int64_t kEjectFirstMs = 5'000, kEjectMaxMs = 60'000;
  static constexpr int64_t kCoolDownDefaultMs = 1'000, kCoolDownMaxMs = 60'000;

  // True when this report ejected the worker (log it once). retry_after_ms < 0: the answer named
  // none.
  bool Report(AttemptOutcome outcome, int64_t now_ms, int64_t retry_after_ms = -1);
  bool Ejected(int64_t now_ms) const {
    return now_ms < ejected_until_ms_.load(std::memory_order_relaxed);
  }
  bool CoolingDown(int64_t now_ms) const {
    return now_ms < cool_until_ms_.load(std::memory_order_relaxed);
  }
  int64_t ejected_until_ms() const { return ejected_until_ms_.load(std::memory_order_relaxed); }
  int64_t cool_until_ms() const { return cool_until_ms_.load(std::memory_order_relaxed); }
  // An active probe succeeded after the ejection ran out, or the worker restarted.
  void Heal();

 private:
  std::atomic<int32_t> faults_in_row_{0};
  std::atomic<int32_t> ejections_in_row_{0};
  std::atomic<int64_t> ejected_until_ms_{0};
  std::atomic<int64_t> cool_until_ms_{0};
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_PASSIVE_CHECKER_H_
