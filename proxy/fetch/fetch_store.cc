// The last of a Fetch: a whole answer becomes an Entry, or the reason why it does not.
#include <algorithm>

#include "proxy/fetch/fetch.h"
#include "proxy/http/short_text.h"

namespace banto {
namespace {

// From when to when: the ttl and what the answer said of itself, whichever is shorter.
void SetTimes(const CachePlan& plan, const cache::Keeping& keeping, int64_t now_ms,
              cache::Entry* entry) {
  const bool whole = keeping.made_at_ms == cache::Keeping::kWhenWhole;
  entry->stored_at_ms = whole ? now_ms : keeping.made_at_ms;
  entry->expires_at_ms = keeping.good_until_ms;
  if (plan.ttl_of_answer) return;
  entry->expires_at_ms = std::min(entry->expires_at_ms, now_ms + plan.ttl_ms);
}

}  // namespace

// The answer is whole: is it complete by its API's rule, and may it be kept?
void Fetch::Store(bool transport_clean) {
  if (answer_) {
    const api::Usage& usage = answer_->usage();
    outcome_.input_tokens = usage.input_tokens;
    outcome_.output_tokens = usage.output_tokens;
  }
  if (!recorder_) return;
  api::FrameVerdict spans;
  api::Completeness completeness = api::Completeness::kComplete;
  if (IsFramed(relay_)) {
    completeness = answer_->FinishStream(transport_clean);
  } else if (recorder_->recording() && !question_->cache.any_type) {
    completeness = answer_->CheckWhole(200, "application/json", recorder_->body(), &spans);
    outcome_.input_tokens = answer_->usage().input_tokens;
    outcome_.output_tokens = answer_->usage().output_tokens;
  }
  if (completeness != api::Completeness::kComplete) {
    outcome_.store = api::CompletenessName(completeness);
    return;
  }
  std::shared_ptr<cache::Entry> entry = recorder_->Finish(spans);
  if (!entry) {
    outcome_.store = cache::SkipReasonName(recorder_->skip());
    return;
  }
  SetTimes(question_->cache, keeping_, context_->loop->WallMs(), entry.get());
  if (entry->expires_at_ms <= context_->loop->WallMs()) {
    outcome_.store = cache::SkipReasonName(cache::SkipReason::kStaleOnArrival);
    return;
  }
  entry->model = http::Shortened(question_->target.model);
  entry->worker = outcome_.worker;
  entry->input_tokens = outcome_.input_tokens;
  entry->output_tokens = outcome_.output_tokens;
  entry->worker_ms = attempt_->AgeUs() / 1000;
  const cache::StoreResult result =
      context_->cache->Store(*question_->cache.key, std::move(entry), *ticket_);
  stored_ = result == cache::StoreResult::kStored;
  outcome_.store = cache::StoreResultName(result);
}

}  // namespace banto
