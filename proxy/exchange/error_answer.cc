#include "proxy/exchange/error_answer.h"

namespace banto {

namespace {

// What we cannot do, nobody can make us do by asking again; SDKs would (openai-python, anthropic:
// any status from 500 on).
constexpr int kNotImplemented = 501, kVersionNotSupported = 505;
constexpr int kUnauthorized = 401;

}  // namespace

ErrorAnswer MakeErrorAnswer(const api::Dialect& dialect, const Refusal& refusal, HeadFacts facts) {
  const api::ErrorShape& shape = *dialect.errors;
  ErrorAnswer answer;
  answer.body =
      shape.body({refusal.status, refusal.code, refusal.message, facts.record.request_id});
  answer.head.status = refusal.status;
  answer.head.length = static_cast<int64_t>(answer.body.size());
  facts.content_type = shape.content_type;
  facts.allow = refusal.allow;
  if (refusal.status == kUnauthorized) facts.challenge = "Bearer";  // RFC 9110 §15.5.2
  const bool cannot = refusal.status == kNotImplemented || refusal.status == kVersionNotSupported;
  facts.retry_after_s = cannot ? Refusal::kNotAgain : refusal.retry_after_s;
  AppendAnswerFields(facts, &answer.head.fields);
  return answer;
}

}  // namespace banto
