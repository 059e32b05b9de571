// What an Exchange tells browsers: which page may read, and the answers that are made for them
// alone or that any page could otherwise read (preflights, listings).
#include "proxy/exchange/exchange.h"
#include "proxy/http/field_block.h"

namespace banto {

// What browsers are told. Nothing is found out for the many requests of which no browser asks.
Cors Exchange::CorsHere() const {
  const conf::Cors& config = snapshot_->config->cors;
  if (config.origins.empty() && !request_->head.Has(http::FieldName::kOrigin)) return {};
  const http::RequestHead& head = request_->head;
  const conf::OriginRule rule = route_.group != nullptr
                                    ? route_.group->origins
                                    : OriginsOf(*snapshot_, head.method(), head.path());
  return DecideCors(config, rule, head);
}

// A page whom the engine would refuse gets no answer that others asked for: it is the engine's to
// refuse it, unless the entry shows that it did not.
bool Exchange::MayGive(const cache::Entry& entry) const {
  if (!CorsHere().refused) return true;
  const std::string_view allowed = FieldOf(entry.fields, "Access-Control-Allow-Origin");
  return allowed == "*" || allowed == request_->head.Find(http::FieldName::kOrigin);
}

// The method that a browser asks about beforehand; empty: this is no preflight.
std::string_view Exchange::PreflightFor() const {
  const http::RequestHead& head = request_->head;
  constexpr http::FieldName kName = http::FieldName::kAccessControlRequestMethod;
  if (!head.Has(kName) || head.method() != "OPTIONS") return {};
  return head.Find(kName).value_or("");
}

// An application's preflight is its own (it alone knows its methods and cookies), unless [cors]
// says who may read.
bool Exchange::AnswersPreflight() const {
  const std::string_view method = PreflightFor();
  if (method.empty()) return false;
  const std::string_view path = request_->head.path();
  if (!snapshot_->config->cors.origins.empty()) return true;
  if (FindRoute(*snapshot_, method, path) != nullptr) return false;
  return IsOurs(*api::FindOperation("POST", path)) || IsOurs(*api::FindOperation("GET", path));
}

Exchange::Next Exchange::Preflight() {
  const http::RequestHead& head = request_->head;
  HeadFacts facts(AnswerKind::kPreflight, record_);
  facts.cors = CorsHere();
  if (facts.cors.allow_origin.empty()) {
    return Refuse(403, "origin_not_allowed",
                  snapshot_->config->cors.origins.empty()
                      ? "The engines behind this address let no page of this origin read their "
                        "answers; [cors] origins would."
                      : "This origin is not among [cors] origins.");
  }
  facts.requested_headers = head.Find(http::FieldName::kAccessControlRequestHeaders).value_or("");
  AnswerHead answer;
  answer.status = 204;
  AppendAnswerFields(facts, &answer.fields);
  answer.length = 0;
  Reply(std::move(answer), "");
  return Next::kWait;
}

Exchange::Next Exchange::ReplyListing(api::ListingAnswer listing) {
  HeadFacts facts(AnswerKind::kListing, record_);
  facts.cors = CorsHere();
  if (facts.cors.refused) {
    return Refuse(403, "origin_not_allowed", "The engines refuse pages of this origin.");
  }
  facts.content_type = listing.content_type;
  AnswerHead answer;
  answer.status = listing.status;
  AppendAnswerFields(facts, &answer.fields);
  answer.length = static_cast<int64_t>(listing.body.size());
  Reply(std::move(answer), std::move(listing.body));
  return Next::kWait;
}

}  // namespace banto
