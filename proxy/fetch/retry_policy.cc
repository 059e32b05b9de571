#include "proxy/fetch/retry_policy.h"

namespace banto {

bool MayRetry(const Question& question, const Failure& failure, bool bills) {
  if (!question.asked.retry_allowed) return false;
  // Another worker would need another descriptor.
  if (failure.kind == FailureKind::kNoDescriptors) return false;
  // Another worker would answer the same, and we would stop at the same point.
  if (failure.kind == FailureKind::kEventTooLong || failure.kind == FailureKind::kHeadTooLong ||
      failure.kind == FailureKind::kBuffersFull) {
    return false;
  }
  if (failure.sent && !question.MayBeResent()) return false;
  // A paid API may have done (and billed) the work although its answer was lost.
  if (bills && failure.sent) {
    return failure.kind == FailureKind::kOverloaded || failure.kind == FailureKind::kServerError ||
           failure.kind == FailureKind::kKeyRefused;
  }
  return true;
}

bool MayFallBack(const Question& question, const Failure& failure, bool bills) {
  switch (failure.kind) {
    case FailureKind::kTotalTimeout:
    case FailureKind::kFellBehind:
    case FailureKind::kShuttingDown:
      return false;  // no worker's affair
    default:
      return !failure.told && MayRetry(question, failure, bills);
  }
}

}  // namespace banto
