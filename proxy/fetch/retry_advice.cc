#include "proxy/fetch/retry_advice.h"

#include <algorithm>
#include <string>

#include "proxy/fetch/attempt_verdict.h"
#include "proxy/fetch/retry_after.h"

namespace banto {
namespace {

constexpr int kServerError = 500, kNotImplemented = 501;
constexpr int kOtherwiseS = 2;

// Two workers failed at it in the same way: it is the request that makes them fail.
bool SeveralSaid(int status, const ops::AttemptRecords& attempts) {
  const auto said = [status](const ops::AttemptRecord& a) { return a.status == status; };
  const auto first = std::find_if(attempts.begin(), attempts.end(), said);
  return std::any_of(first, attempts.end(), [&](const ops::AttemptRecord& a) {
    return said(a) && a.worker != first->worker;
  });
}

// SDKs ask again after 408, 409, 429 and whatever is 500 or more, and not after the rest
// (openai-python and anthropic, _base_client.py). Empty: they are right.
std::string_view Advice(const WorkersError& error, const ops::AttemptRecords& attempts) {
  if (error.status == kNotImplemented) return "false";
  if (error.status == kServerError && SeveralSaid(error.status, attempts)) return "false";
  const FailureKind kind = FailureOf(error.status, error.worker->kind);
  const bool workers_fault = error.status < kServerError && kind == FailureKind::kServerError;
  return workers_fault && !SeveralSaid(error.status, attempts) ? "true" : "";
}

}  // namespace

void AdviseOnRetry(const ops::AttemptRecords& attempts, int64_t wait_ms, WorkersError* error) {
  http::FieldList* const fields = &error->fields;
  if (IsOverload(error->status)) {
    const int64_t told_ms = WaitForClientMs(wait_ms, kOtherwiseS);
    fields->Replace("Retry-After", std::to_string(RetryAfterForClient(told_ms, kOtherwiseS)));
    fields->Replace("Retry-After-Ms", std::to_string(told_ms));
  }
  const std::string_view advice = Advice(*error, attempts);
  if (!advice.empty()) fields->Replace("X-Should-Retry", advice);
}

}  // namespace banto
