#include "proxy/exchange/error_answer.h"

namespace banto {

ErrorAnswer MakeErrorAnswer(const api::ErrorShape& shape, const Refusal& refusal, HeadFacts facts) {
  ErrorAnswer answer;
  answer.body =
      shape.body({refusal.status, refusal.code, refusal.message, facts.record.request_id});
  answer.head.status = refusal.status;
  answer.head.length = static_cast<int64_t>(answer.body.size());
  facts.content_type = shape.content_type;
  facts.allow = refusal.allow;
  facts.retry_after_s = refusal.retry_after_s;
  AppendAnswerFields(facts, &answer.head.fields);
  return answer;
}

}  // namespace banto
