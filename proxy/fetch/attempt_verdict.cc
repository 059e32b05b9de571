#include "proxy/fetch/attempt_verdict.h"

#include <string>

#include "conf/worker_key.h"
#include "proxy/api/engine_traits.h"
#include "proxy/ops/event_log.h"

namespace banto {
namespace {

constexpr int kUnauthorized = 401, kPaymentRequired = 402, kForbidden = 403;

}  // namespace

health::AttemptOutcome VerdictOf(FailureKind kind, int status) {
  switch (kind) {
    case FailureKind::kNone:
      return status >= 500 && status != 501 ? health::AttemptOutcome::kFault
                                            : health::AttemptOutcome::kSuccess;
    case FailureKind::kOverloaded:
      return health::AttemptOutcome::kBackPressure;
    case FailureKind::kKeyRefused:
      return status == kForbidden ? health::AttemptOutcome::kForbidden
                                  : health::AttemptOutcome::kKeyRefused;
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

bool RefusesKey(int status) { return status == kUnauthorized || status == kForbidden; }

bool RefusesOurKey(const upstream::Worker& worker, int status) {
  return (RefusesKey(status) || status == kPaymentRequired) &&
         (worker.own_key || conf::HoldsKey(worker.settings));
}

// What it says stays here: such texts quote the key, or name its account.
Failure KeyRefusedBy(const upstream::Worker& worker, int status) {
  Failure failure;
  failure.kind = FailureKind::kKeyRefused;
  failure.status = status;
  failure.sent = true;
  failure.message =
      worker.name() + ": refuses the key that it is sent by banto, with " + std::to_string(status);
  return failure;
}

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

void Announce(health::PassiveChecker::Change change, const ops::AttemptRecord& last) {
  using Change = health::PassiveChecker::Change;
  const std::string status = std::to_string(last.status);
  std::string what;
  if (change == Change::kEjected) {
    what = " ejected: its requests fail, the last with " + std::string(last.result);
  } else if (change == Change::kForbidden) {
    what = " refuses the key that banto sends it: it answered " + status;
  } else if (change != Change::kCoolDown) {
    return;
  } else if (last.result == std::string_view(FailureName(FailureKind::kKeyRefused))) {
    what = " refuses the key that banto sends it and is tried once a second: it answered " + status;
  } else {
    what = " is left to cool down for a while: it answered " + status;
  }
  ops::LogEvent(conf::Log::Level::kWarn, "worker " + last.worker + what);
}

}  // namespace banto
