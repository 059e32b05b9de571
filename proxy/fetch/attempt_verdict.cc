#include "proxy/fetch/attempt_verdict.h"

#include "proxy/api/engine_traits.h"

namespace banto {

health::AttemptOutcome VerdictOf(FailureKind kind, int status) {
  switch (kind) {
    case FailureKind::kNone:
      return status >= 500 && status != 501 ? health::AttemptOutcome::kFault
                                            : health::AttemptOutcome::kSuccess;
    case FailureKind::kOverloaded:
      return health::AttemptOutcome::kBackPressure;
    // Problems of the request, our own limits, or our own wish.
    case FailureKind::kNotAssembled:
    case FailureKind::kStreamError:
    case FailureKind::kEventTooLong:
    case FailureKind::kHeadTooLong:
    case FailureKind::kBuffersFull:
      return health::AttemptOutcome::kSuccess;
    default:
      return health::AttemptOutcome::kFault;
  }
}

// 529: Anthropic's overloaded_error.
bool IsOverload(int status) { return status == 429 || status == 503 || status == 529; }

bool RefusesKey(int status) { return status == 401 || status == 403; }

FailureKind FailureOf(int status, api::WorkerKind kind) {
  if (IsOverload(status)) return FailureKind::kOverloaded;
  // From other kinds, 424 means that something named by the client failed (its MCP server, at
  // OpenAI's /v1/responses).
  if (status != 0 && status == api::TraitsOf(kind).failed_status) return FailureKind::kServerError;
  // 501 is an answer: not supported here.
  return status >= 500 && status != 501 ? FailureKind::kServerError : FailureKind::kNone;
}

Failure FailureBy(const FetchHead& head) {
  Failure failure;
  // A reader of a shared Fetch does not know the worker.
  const auto kind = head.worker == nullptr ? api::WorkerKind::kAuto : head.worker->kind;
  failure.kind = FailureOf(head.status, kind);
  failure.status = head.status;
  failure.sent = true;
  return failure;
}

health::PassiveChecker::Change Report(const upstream::Worker& worker, const AttemptEnd& end,
                                      int64_t now_ms) {
  health::PassiveChecker& passive = worker.state->passive();
  // Such an answer to our own key is no word on one caller: it is believed to the end.
  if (end.status == 429 && end.retry_after_ms > 0 && worker.bills && worker.own_key)
    return passive.Rest(health::CoolDownCause::kRefusal, now_ms, end.retry_after_ms);
  return passive.Report(VerdictOf(end.kind, end.status), now_ms, end.retry_after_ms, end.age_ms);
}

}  // namespace banto
