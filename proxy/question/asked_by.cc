#include "proxy/question/asked_by.h"

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

}  // namespace banto
