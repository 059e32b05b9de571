#include "proxy/exchange/error_answer.h"

namespace banto {

ErrorAnswer MakeErrorAnswer(api::Family family, const Refusal& refusal, HeadFacts facts) {
  ErrorAnswer answer;
  answer.body = api::ErrorBody(
      family, {refusal.status, refusal.code, refusal.message, facts.record.request_id});
  answer.head.status = refusal.status;
  answer.head.length = static_cast<int64_t>(answer.body.size());
  facts.content_type = api::ErrorContentType(family);
  facts.allow = refusal.allow;
  facts.retry_after_s = refusal.retry_after_s;
  AppendAnswerFields(facts, &answer.head.fields);
  return answer;
}

}  // namespace banto
