// How an Exchange serves browsers: which pages may read its answer, and the answers made only for
// browsers, or readable by any page otherwise (preflights, listings).
#include "proxy/exchange/exchange.h"

namespace banto {

// Computed on demand: most requests do not come from browsers.
Cors Exchange::CorsHere() const {
  const conf::Cors& config = question_->config().cors;
  if (config.origins.empty() && !question_->head().Has(http::FieldName::kOrigin)) return {};
  const http::RequestHead& head = question_->head();
  const api::OriginRule rule = question_->target.group != nullptr
                                   ? question_->target.group->origins
                                   : OriginsOf(*question_->snapshot, head.method(), head.path());
  return DecideCors(config, rule, head);
}

// A page that the engine would refuse does not get an answer requested by others: the engine must
// refuse it itself, unless the entry shows that it did not.
bool Exchange::MayGive(const cache::Entry& entry) const {
  if (!CorsHere().refused) return true;
  const std::string_view allowed = entry.fields.Find("Access-Control-Allow-Origin");
  return allowed == "*" || allowed == question_->head().Find(http::FieldName::kOrigin);
}

Exchange::Next Exchange::Preflight() {
  const http::RequestHead& head = question_->head();
  HeadFacts facts(AnswerKind::kPreflight, record_);
  facts.cors = CorsHere();
  if (facts.cors.allow_origin.empty()) {
    return Refuse({403,
                   "origin_not_allowed",
                   question_->config().cors.origins.empty()
                       ? "The engines behind this address let no page of this origin read their "
                         "answers; [cors] origins would."
                       : "This origin is not among [cors] origins.",
                   {},
                   0});
  }
  facts.requested_headers = head.Find(http::FieldName::kAccessControlRequestHeaders).value_or("");
  AnswerHead answer;
  answer.status = 204;
  AppendAnswerFields(facts, &answer.fields);
  answer.length = 0;
  ReplyWith(std::move(answer), "");
  return Next::kWait;
}

Exchange::Next Exchange::ReplyListing(api::ListingAnswer listing) {
  HeadFacts facts(AnswerKind::kListing, record_);
  facts.cors = CorsHere();
  if (facts.cors.refused) {
    return Refuse({403, "origin_not_allowed", "The engines refuse pages of this origin.", {}, 0});
  }
  facts.content_type = listing.content_type;
  AnswerHead answer;
  answer.status = listing.status;
  AppendAnswerFields(facts, &answer.fields);
  answer.length = static_cast<int64_t>(listing.body.size());
  ReplyWith(std::move(answer), std::move(listing.body));
  return Next::kWait;
}

}  // namespace banto
