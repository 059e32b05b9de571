#include "proxy/question/asked_by.h"

#include "proxy/question/demand_of.h"

namespace banto {

Asked AskedBy(const api::RequestFacts& facts, std::string_view body) {
  Asked asked;
  asked.stream = facts.stream;
  asked.retry_allowed = !facts.load_or_unload;
  asked.asks_nothing = facts.asks_nothing;
  asked.expectations = facts.expectations;
  const std::string_view spot = facts.usage_spot;
  if (spot.data() != nullptr) asked.usage_spot = PartOf(body, spot);
  return asked;
}

void FindPrompt(const json::JsonScan& scan, Question* question) {
  if (question->target.group->workers.size() < 2 && !question->config().log.prefixes) return;
  const std::string_view body = question->body();
  Asked& asked = question->asked;
  asked.prompt = PromptPartsOf(scan, body);
  for (const auto field : {json::JsonField::kPromptCacheKey, json::JsonField::kConversation,
                           json::JsonField::kSessionId}) {
    const json::JsonMember* const member = scan.Find(field);
    const bool named = member != nullptr && member->kind >= json::JsonKind::kString &&
                       member->value.size() > 2;  // "" and {} name nothing
    if (named && asked.session.at == 0) asked.session = PartOf(body, member->value);
  }
}

}  // namespace banto
