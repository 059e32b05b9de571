// The beginning of an Exchange: its question is identified, recorded and, if invalid, refused.
#include <utility>

#include "proxy/api/unknown_path.h"
#include "proxy/exchange/caller_key.h"
#include "proxy/exchange/error_answer.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http/short_text.h"

namespace banto {

Exchange::Next Exchange::Identify() {
  Identified identified = banto::Identify(context_, request_, question_.get());
  RecordQuestion();
  context_->observer->OnExchangeStart(record_.endpoint);
  if (auto* const refusal = std::get_if<Refusal>(&identified)) return Refuse(std::move(*refusal));
  if (std::holds_alternative<AsksBeforehand>(identified)) return Preflight();
  if (auto* const listing = std::get_if<api::ListingAnswer>(&identified))
    return ReplyListing(std::move(*listing));
  step_ = Step::kLookUp;
  return Next::kContinue;
}

void Exchange::RecordQuestion() {
  const Question& question = *question_;
  effect_ = question.effect;
  record_.endpoint = question.operation->endpoint;
  record_.id_field = question.operation->dialect->id_field;
  if (question.key != nullptr) record_.key = question.key->name;
  record_.stream = question.asked.stream;
  record_.model = question.target.model;
  record_.model_known = question.target.model_known;
  record_.alias = question.alias;
  record_.cache_key.clear();
  if (question.operation->listing)
    record_.cache_reason = cache::BypassReasonName(cache::BypassReason::kEndpointNotCacheable);
  if (question.target.model.size() <= http::kNameBytesMax) return;
  shown_model_ = http::Shortened(question.target.model);
  record_.model = shown_model_;
}

// Which header keeps this caller from sharing another's answer; for the log.
void Exchange::NoteSeparation() {
  if (record_.cache != ops::CacheOutcome::kMiss || !question_->cache.caller) return;
  if (question_->config().log.access == "off") return;
  const std::string_view not_found = cache::MissReasonName(cache::MissReason::kKeyNotFound);
  if (record_.cache_reason != not_found) return;
  const auto prompt = PromptTagOf(*request_, &context_->mac);
  if (prompt) {
    record_.separated_by = context_->separation->Note(*prompt, *question_->cache.caller);
  }
}

// Of its Fetch, so far.
const ops::FetchOutcome& Exchange::outcome() const {
  return source() ? source()->outcome() : record_.fetch;
}

Exchange::Next Exchange::Refuse(Refusal refusal) {
  record_.error = refusal.code;
  // The answer names the workers that were tried: that is the first thing its reader asks.
  std::string tried;
  const auto add = [&tried](const ops::FetchOutcome& fetch) {
    for (const ops::AttemptRecord& attempt : fetch.attempts)
      tried += (tried.empty() ? "" : ", ") + attempt.worker + " (" + attempt.result + ")";
  };
  if (source()) add(record_.fetch);  // for the models before this one
  add(outcome());
  if (!tried.empty()) {
    // A worker's text keeps its own ending.
    if (!refusal.message.empty() && !refusal.message.ends_with('.')) refusal.message += '.';
    refusal.message += " Tried: " + tried + ".";
  }
  if (!record_.fallback.empty() && MayAskAnything(*question_))
    refusal.message += " Before: " + record_.fallback + ".";
  HeadFacts facts(AnswerKind::kError, record_);
  facts.fetch = &outcome();
  facts.routed = question_->target.group != nullptr;
  facts.cache_asked = question_->cache.look_up || question_->cache.key.has_value();
  facts.cors = CorsHere();
  const api::Dialect& dialect = api::ErrorDialect(question_->head());
  record_.id_field = dialect.id_field;
  ErrorAnswer answer = MakeErrorAnswer(dialect, refusal, facts);
  ReplyWith(std::move(answer.head), std::move(answer.body));
  return Next::kWait;
}

}  // namespace banto
