#include "proxy/fetch/fetch_lease.h"

#include <utility>

#include "proxy/base/hash_text.h"
#include "proxy/fetch/keeper.h"

namespace banto {

bool IsForAll(const Question& question, const FetchHead& head, bool recording) {
  if (head.status < 400) return recording;
  return head.status >= 500 || question.config().cache.scope == conf::Scope::kCredential;
}

cache::CacheKey SharedKey(const Question& question) {
  cache::CacheKey key = *question.cache.key;
  if (question.target.rule == nullptr) return key;
  const uint64_t rule = base::HashText(question.target.rule->settings.name, 0);
  for (size_t i = 0; i < sizeof rule; ++i) key.digest[i] ^= static_cast<uint8_t>(rule >> (8 * i));
  return key;
}

FetchLease::FetchLease(ThreadContext* context, const Question& question,
                       std::function<void()> on_joined)
    : context_(context),
      key_(SharedKey(question)),
      on_joined_(std::move(on_joined)),
      log_(std::make_shared<FetchLog>(context->loop, this, context->buffered,
                                      context->cache->epoch(), EntryBytesMax(question),
                                      question.asked.packaging())) {}

FetchLease::~FetchLease() { End(true); }

FetchTable::Place FetchLease::Enter() {
  FetchTable::Place place = context_->fetches->Enter(key_, log_, context_->loop->NowMs());
  if (place.part != FetchTable::Part::kFirst) log_.reset();
  return place;
}

void FetchLease::OnHead(const Question& question, const FetchHead& head, bool recorded) {
  if (recorded) return;
  if (!IsForAll(question, head, recorded)) return Unshare();
  End(true);  // those who ask next may wait for each other
}

void FetchLease::LetNobodyIn() {
  if (log_ && std::exchange(is_in_table_, false)) context_->fetches->Remove(key_, log_.get());
}

void FetchLease::Unshare() {
  if (!log_) return;
  is_in_table_ = false;
  context_->fetches->NoteUnshared(key_, log_.get(), context_->loop->NowMs());
  End(false);
}

void FetchLease::End(bool may_join) {
  if (!log_) return;
  LetNobodyIn();
  log_->MoveHome(nullptr);
  log_->Close(may_join);
  log_.reset();
}

}  // namespace banto
