#include "proxy/fetch/keeper.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "proxy/fetch/told_head.h"
#include "proxy/http/short_text.h"

namespace banto {

namespace {

cache::SkipReason ReasonOf(api::Completeness found) {
  using cache::SkipReason;
  switch (found) {
    case api::Completeness::kComplete:
      return SkipReason::kNone;
    case api::Completeness::kIncompleteStream:
      return SkipReason::kIncompleteStream;
    case api::Completeness::kUpstreamError:
      return SkipReason::kUpstreamError;
    case api::Completeness::kFinishReasonError:
      return SkipReason::kFinishReasonError;
    case api::Completeness::kLengthLimit:
      return SkipReason::kLengthLimit;
    case api::Completeness::kEmptyAnswer:
      return SkipReason::kEmptyAnswer;
    case api::Completeness::kMalformed:
      return SkipReason::kMalformed;
    case api::Completeness::kNotCacheable:
      return SkipReason::kNotCacheable;
  }
  return SkipReason::kNotCacheable;
}

}  // namespace

// Of many items, each is an entry; the process's cap remains.
uint64_t EntryBytesMax(const Question& question) {
  const uint64_t bytes_max = question.config().cache.entry_bytes_max;
  return question.cache.items ? bytes_max * question.cache.items->items.size() : bytes_max;
}

Keeper::Keeper(ThreadContext* context, const Question& question)
    : context_(context),
      question_(question),
      ticket_(context->cache->BeginStore()),
      keeps_pace_(question.config().cache.keep_pace) {}

void Keeper::Begin(const http::ResponseHead& head, bool stream, std::string_view content_type,
                   int64_t age_ms) {
  const CachePlan& plan = question_.cache;
  stream_ = stream;
  recorder_.emplace(context_->recording, EntryBytesMax(question_));
  if (head.status() == 200) {
    const auto made_by = plan.any_type ? cache::MadeBy::kApp : cache::MadeBy::kEngine;
    const cache::Arrival arrival = {context_->loop->WallMs(), age_ms};
    keeping_ = cache::JudgeAnswer(head, made_by, plan.ttl_of_answer, arrival);
    if (keeping_.skip != cache::SkipReason::kNone) recorder_->GiveUp(keeping_.skip);
  }
  recorder_->OnHead(head, stream);
  recorder_->set_content_type(content_type);
}

void Keeper::BeTranslated(std::string_view dropped) {
  if (!recorder_) return;
  FitRewritten(recorder_->fields());
  if (!dropped.empty()) recorder_->fields()->Add("X-Banto-Dropped", dropped);
}

void Keeper::OnBytes(std::span<const std::string_view> pieces) {
  if (!recorder_) return;
  for (std::string_view piece : pieces) recorder_->OnBytes(piece);
}

void Keeper::GiveUp(cache::SkipReason reason) {
  if (recorder_) recorder_->GiveUp(reason);
}

void Keeper::GiveUp(api::Completeness found) { GiveUp(ReasonOf(found)); }

void Keeper::TellHead(http::FieldList* fields) const {
  if (entry_) {
    cache::TellHead(*entry_, fields);
  } else if (recorder_) {
    recorder_->TellHead(fields);
  }
}

void Keeper::Store(api::AnswerReader* reader, bool transport_clean, int64_t worker_ms,
                   ops::FetchOutcome* outcome) {
  if (recorder_) outcome->store = Keep(reader, transport_clean, worker_ms, outcome->worker);
}

const char* Keeper::Keep(api::AnswerReader* reader, bool transport_clean, int64_t worker_ms,
                         const std::string& worker) {
  const CachePlan& plan = question_.cache;
  api::FrameVerdict spans;
  api::Completeness completeness = api::Completeness::kComplete;
  if (stream_) {
    completeness = reader->FinishStream(transport_clean);
  } else if (reads_whole()) {
    completeness = reader->CheckWhole(200, "application/json", recorder_->body(), &spans);
    // One that calls it a page or a text does not mean what it says.
    if (completeness == api::Completeness::kComplete && !api::SaysJson(recorder_->content_type()))
      completeness = api::Completeness::kNotCacheable;
  }
  if (completeness != api::Completeness::kComplete)
    return cache::SkipReasonName(ReasonOf(completeness));
  std::shared_ptr<cache::Entry> entry = recorder_->Finish(spans);
  if (!entry) return cache::SkipReasonName(recorder_->skip());
  entry_ = entry;
  const int64_t now_ms = context_->loop->WallMs();
  SetTimes(now_ms, entry.get());
  if (entry->expires_at_ms <= now_ms)
    return cache::SkipReasonName(cache::SkipReason::kStaleOnArrival);
  entry->model = http::Shortened(question_.target.model);
  entry->worker = worker;
  entry->input_tokens = reader->usage().input_tokens;
  entry->output_tokens = reader->usage().output_tokens;
  entry->worker_ms = worker_ms;
  const cache::StoreResult result =
      plan.items ? StoreItems(std::move(entry))
                 : context_->cache->Store(*plan.key, std::move(entry), ticket_);
  stored_ = result == cache::StoreResult::kStored;
  return cache::StoreResultName(result);
}

// Each item for itself. What is told is the first reason why one was not stored.
cache::StoreResult Keeper::StoreItems(std::shared_ptr<cache::Entry> entry) {
  FitRewritten(&entry->fields);
  const cache::EmbeddingItems& items = *question_.cache.items;
  const std::vector<cache::EntryPtr> entries = cache::EntriesOf(items, *entry);
  auto told = entries.empty() ? cache::StoreResult::kFailed : cache::StoreResult::kStored;
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto result = context_->cache->Store(items.items[i].key, entries[i], ticket_);
    if (told == cache::StoreResult::kStored) told = result;
  }
  return told;
}

// Its lifetime: the ttl or the answer's own, whichever is shorter.
void Keeper::SetTimes(int64_t now_ms, cache::Entry* entry) const {
  const bool whole = keeping_.made_at_ms == cache::Keeping::kWhenWhole;
  entry->stored_at_ms = whole ? now_ms : keeping_.made_at_ms;
  entry->expires_at_ms = keeping_.good_until_ms;
  if (question_.cache.ttl_of_answer) return;
  entry->expires_at_ms = std::min(entry->expires_at_ms, now_ms + question_.cache.ttl_ms);
}

}  // namespace banto
