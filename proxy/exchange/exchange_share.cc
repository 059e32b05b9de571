// How an Exchange asks together with others: joins a Fetch that already asks its question, or lets
// others join its own.
#include <utility>

#include "proxy/exchange/exchange.h"
#include "proxy/fetch/shared_fetch.h"

namespace banto {

// Whoever wants a new answer, or may cause something by asking, asks for itself.
bool Exchange::MayShare(const Question& question) const {
  const CachePlan& plan = question.cache;
  return context_->fetches != nullptr && context_->cache != nullptr && plan.key && plan.look_up &&
         question.effect == Effect::kNone && !WasWritten();
}

// The path of a route was written to after this request was identified.
bool Exchange::WasWritten() const {
  const CachePlan& plan = question_->cache;
  return plan.any_type && plan.path_epoch != PathEpochOf(*context_, *question_);
}

// False: it asks itself.
bool Exchange::Joins(const Question& question) {
  auto lease = std::make_unique<FetchLease>(context_, question, [this] { Share(); });
  FetchTable::Place place = lease->Enter();
  if (place.part == FetchTable::Part::kFirst) lease_ = std::move(lease);
  if (place.part != FetchTable::Part::kJoins) return false;
  record_.cache = ops::CacheOutcome::kShared;
  record_.joined = true;
  reading_ = std::make_unique<SharedReading>(context_, std::move(place.log), this, LogPlace(),
                                             question.asked.packaging());
  reading_->Resume();
  return true;
}

// The answer to its question if that was stored between its look-up and its entry into the table:
// whoever asked it then is in the table no more.
cache::EntryPtr Exchange::StoredMeanwhile() {
  const std::string_view not_found = cache::MissReasonName(cache::MissReason::kKeyNotFound);
  if (!lease_ || record_.cache_reason != not_found) return nullptr;
  cache::MissReason reason = cache::MissReason::kKeyNotFound;
  cache::EntryPtr entry = context_->cache->FindInMemory(*question_->cache.key, &reason);
  if (entry) lease_.reset();
  return entry;
}

void Exchange::BeginFetch(QuestionPtr question) {
  fetch_ = std::make_unique<Fetch>(context_, std::move(question), this);
  fetch_->Run();
}

// Somebody waits to be let in: the Fetch is nobody's own any more.
void Exchange::Share() {
  if (!fetch_ || !lease_) return;
  if (!fetch_->IsJoinable()) {
    // At its end they find it in the cache.
    if (!fetch_->recording()) lease_->Unshare();
    return;
  }
  std::shared_ptr<FetchLog> log = lease_->log();
  const LogPlace place = SharedFetch::Begin(context_, std::move(fetch_), std::move(lease_));
  reading_ = std::make_unique<SharedReading>(context_, std::move(log), this, place,
                                             question_->asked.packaging());
  if (!paused_) reading_->Resume();
}

void Exchange::OnNotShared(bool may_join) {
  reading_->Leave();
  context_->loop->DestroyLater(std::move(reading_));
  record_.cache = ops::CacheOutcome::kMiss;
  // Who waited for an answer that is whole by now finds it.
  step_ = may_join && (!head_sent_ || early_) ? Step::kLookUp : Step::kAttach;
  Run();
}

void Exchange::OnGivenBack(std::unique_ptr<Fetch> fetch, FetchHead head) {
  context_->loop->DestroyLater(std::move(reading_));
  fetch_ = std::move(fetch);
  fetch_->ReadBy(this);
  OnFetchHead(std::move(head));
}

}  // namespace banto
