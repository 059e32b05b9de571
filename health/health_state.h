// The arithmetic of one worker's health: turns consecutive probe outcomes into a verdict that
// flips. Pure; the control plane owns one per worker and publishes the verdict. Separate from what
// an operator requests (draining, disabled) and from what traffic shows (ejected).
#ifndef BANTO_HEALTH_HEALTH_STATE_H_
#define BANTO_HEALTH_HEALTH_STATE_H_

#include <cstdint>
#include <string>

namespace banto::health {

enum class Verdict : uint8_t {
  kUnknown,    // not probed yet: may be chosen
  kHealthy,    // may be chosen
  kLoading,    // alive, not ready (llama.cpp 503 "Loading model", SGLang starting): not chosen, not
               // blamed
  kUnhealthy,  // not chosen
};
const char* VerdictName(Verdict v);

enum class ProbeOutcome : uint8_t { kOk, kLoading, kFailed };
const char* ProbeOutcomeName(ProbeOutcome outcome);  // ok, loading, failed

struct HealthThresholds {
  int rise = 2;  // consecutive successes that make an unhealthy worker healthy
  int fall = 3;  // consecutive failures that make a healthy worker unhealthy
};

class HealthState {
 public:
  explicit HealthState(HealthThresholds thresholds) : thresholds_(thresholds) {}
  // Counts one outcome; true if the verdict flipped. The first outcome after the start decides
  // immediately; from kLoading one success is enough.
  bool Observe(ProbeOutcome outcome);
  Verdict verdict() const { return verdict_; }

 private:
  HealthThresholds thresholds_;
  Verdict verdict_ = Verdict::kUnknown;
  int streak_ = 0;  // > 0: consecutive successes, < 0: consecutive failures
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_HEALTH_STATE_H_
