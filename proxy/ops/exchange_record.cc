#include "proxy/ops/exchange_record.h"

namespace banto::ops {

const char* CacheOutcomeName(CacheOutcome outcome) {
  switch (outcome) {
    case CacheOutcome::kHit:
      return "hit";
    case CacheOutcome::kMiss:
      return "miss";
    case CacheOutcome::kShared:
      return "shared";
    case CacheOutcome::kStale:
      return "stale";
    case CacheOutcome::kBypass:
      return "bypass";
  }
  return "bypass";
}

const char* LeftPhaseName(LeftPhase phase) {
  switch (phase) {
    case LeftPhase::kNo:
      return "no";
    case LeftPhase::kQueued:
      return "queued";
    case LeftPhase::kWaiting:
      return "waiting";
    case LeftPhase::kStreaming:
      return "streaming";
  }
  return "no";
}

}  // namespace banto::ops
