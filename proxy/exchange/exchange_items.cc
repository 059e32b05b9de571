// How an Exchange answers for vectors that are kept one by one: with those of the cache, and a
// worker's for the rest (item_batch.h).
#include <utility>

#include "proxy/exchange/exchange.h"
#include "proxy/exchange/item_batch.h"
#include "proxy/fetch/cost.h"

namespace banto {

Exchange::Next Exchange::LookUpItems() {
  if (!batch_) batch_ = std::make_unique<ItemBatch>(context_, question_);
  const bool done = batch_->LookUp([this] {
    if (step_ == Step::kLookUp && ItemsLookedUp() == Next::kContinue) Run();
  });
  record_.cache_reason = cache::MissReasonName(batch_->reason());  // the client may leave meanwhile
  return done ? ItemsLookedUp() : Next::kWait;
}

Exchange::Next Exchange::ItemsLookedUp() {
  record_.lookup_us = context_->loop->CallbackUs() - lookup_at_us_;
  record_.items = static_cast<uint32_t>(batch_->size());
  record_.items_found = static_cast<uint32_t>(batch_->found());
  record_.cache_reason = cache::MissReasonName(batch_->reason());
  if (batch_->complete()) {
    if (auto answer = batch_->Answer()) return Found(std::move(answer));
    batch_.reset();
    record_.items_found = 0;
  }
  step_ = Step::kAttach;
  return Next::kContinue;
}

Exchange::Next Exchange::AskForItems() {
  if (record_.items == 0) {  // nothing was looked up
    batch_ = std::make_unique<ItemBatch>(context_, question_);
    record_.items = static_cast<uint32_t>(batch_->size());
  }
  QuestionPtr asked = batch_ ? batch_->NextPart() : nullptr;
  std::unique_ptr<ItemBatch> unneeded;
  if (!asked) {
    asked = question_;
    unneeded = std::move(batch_);
    record_.items_found = 0;
  }
  const bool joins = MayShare(*asked) && Joins(*asked);
  ItemBatch* const asks = unneeded ? unneeded.get() : batch_.get();
  if (!joins && lease_ && asks != nullptr && asks->StoredMeanwhile()) {
    lease_.reset();
    if (unneeded) batch_ = std::move(unneeded);
    return ItemsLookedUp();
  }
  if (!joins) BeginFetch(std::move(asked));
  return Next::kWait;
}

// False: it goes to the client as it comes.
bool Exchange::TakesPart(FetchHead* head) {
  if (head->status != 200) {
    batch_.reset();
    return false;
  }
  if (lease_) lease_->OnHead(*question_, *head, fetch_->recording());
  batch_->Begin(std::move(*head));
  step_ = Step::kCollect;
  return true;
}

void Exchange::TakePart(std::span<const std::string_view> pieces, bool end) {
  if (!batch_->Add(pieces)) {
    Failure failure;
    failure.kind = FailureKind::kBuffersFull;
    failure.message = "limits.buffered_bytes_max is reached.";
    return OnFetchFailed(failure);
  }
  if (!end) return;
  bool useful = batch_->TakePart();
  if (useful && batch_->complete()) {
    if (auto answer = batch_->Answer()) return GiveItems(std::move(answer));
    useful = false;
  }
  // What cannot be put together is asked once more, as it came.
  if (!useful) batch_.reset();
  source()->Leave();
  lease_.reset();
  NoteCost(*question_, source()->outcome(), &record_);
  record_.fetch.Add(source()->TakeOutcome());
  if (reading_) context_->loop->DestroyLater(std::move(reading_));
  if (fetch_) context_->loop->DestroyLater(std::move(fetch_));
  record_.cache = ops::CacheOutcome::kMiss;
  step_ = Step::kAttach;
  Run();
}

void Exchange::GiveItems(std::shared_ptr<cache::Entry> answer) {
  FetchHead& head = batch_->head();
  const ops::FetchOutcome& outcome = source()->outcome();
  NoteFirstByte(outcome);
  HeadFacts facts(AnswerKind::kRelayed, record_);
  facts.fetch = &outcome;
  facts.cache_asked = CachesFor(*context_, *question_);
  facts.stored = head.stored;
  facts.forward_status = head.status;
  facts.cors = CorsHere();
  AnswerHead whole;
  whole.fields = std::move(head.fields);
  AppendAnswerFields(facts, &whole.fields);
  whole.length = static_cast<int64_t>(answer->body.size());
  whole.dated = head.dated;
  ReplyWith(std::move(whole), std::move(answer->body));
}

}  // namespace banto
