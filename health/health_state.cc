#include "health/health_state.h"

#include <algorithm>

namespace banto::health {

const char* VerdictName(Verdict v) {
  switch (v) {
    case Verdict::kUnknown:
      return "unknown";
    case Verdict::kHealthy:
      return "healthy";
    case Verdict::kLoading:
      return "loading";
    case Verdict::kUnhealthy:
      return "unhealthy";
  }
  return "unknown";
}

const char* ProbeOutcomeName(ProbeOutcome outcome) {
  switch (outcome) {
    case ProbeOutcome::kOk:
      return "ok";
    case ProbeOutcome::kLoading:
      return "loading";
    case ProbeOutcome::kFailed:
      break;
  }
  return "failed";
}

bool HealthState::Observe(ProbeOutcome outcome) {
  const Verdict before = verdict_;
  switch (outcome) {
    case ProbeOutcome::kLoading:
      // The engine itself says so: alive, but not ready. Nothing to count.
      streak_ = 0;
      verdict_ = Verdict::kLoading;
      break;
    case ProbeOutcome::kOk:
      streak_ = std::max(streak_, 0) + 1;
      if (verdict_ != Verdict::kUnhealthy || streak_ >= thresholds_.rise) {
        verdict_ = Verdict::kHealthy;
      }
      break;
    case ProbeOutcome::kFailed:
      streak_ = std::min(streak_, 0) - 1;
      if (verdict_ == Verdict::kUnknown || -streak_ >= thresholds_.fall) {
        verdict_ = Verdict::kUnhealthy;
      }
      break;
  }
  return verdict_ != before;
}

}  // namespace banto::health
