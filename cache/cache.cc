#include "cache/cache.h"

#include <utility>

#include "cache/memory_cache.h"
#include "cache/path_epochs.h"
#include "cache/redis_cache.h"
#include "cache/wall_clock.h"

namespace banto::cache {

const char* StoreResultName(StoreResult result) {
  switch (result) {
    case StoreResult::kStored:
      return "stored";
    case StoreResult::kTooLarge:
      return "too_large";
    case StoreResult::kStoreDown:
      return "store_down";
    case StoreResult::kCircuitOpen:
      return "circuit_open";
    case StoreResult::kPurged:
      return "purged";
    case StoreResult::kFailed:
      return "failed";
  }
  return "failed";
}

const char* MissReasonName(MissReason reason) {
  switch (reason) {
    case MissReason::kKeyNotFound:
      return "key_not_found";
    case MissReason::kExpired:
      return "expired";
    case MissReason::kEntryInvalid:
      return "entry_invalid";
    case MissReason::kStoreDown:
      return "store_down";
    case MissReason::kStoreTimeout:
      return "store_timeout";
    case MissReason::kCircuitOpen:
      return "circuit_open";
    case MissReason::kOriginRefused:
      return "origin_refused";
    case MissReason::kPackaging:
      return "packaging";
  }
  return "";
}

Cache::Cache(net::EventLoop* loop, MemoryCache* memory, std::unique_ptr<RedisCache> redis,
             PathEpochs* paths)
    : loop_(loop), memory_(memory), redis_(std::move(redis)), paths_(paths) {
  if (redis_ != nullptr && paths_ != nullptr) redis_->FollowPaths(paths_);
  if (redis_ == nullptr || memory_ == nullptr) return;
  redis_->set_on_epoch([memory](uint64_t epoch) { memory->FollowRedisEpoch(epoch); });
}

Cache::~Cache() = default;

EntryPtr Cache::FindInMemory(const CacheKey& key, MissReason* reason) {
  bool expired = false;
  EntryPtr entry = memory_ == nullptr ? nullptr : memory_->Find(key, WallMs(), &expired);
  if (entry == nullptr) *reason = expired ? MissReason::kExpired : MissReason::kKeyNotFound;
  return entry;
}

std::unique_ptr<PendingLookup> Cache::FindInRedis(const CacheKey& key,
                                                  std::function<void(const LookupResult&)> done,
                                                  LookupResult* now) {
  *now = {};
  if (redis_ == nullptr) return nullptr;
  if (memory_ == nullptr) return redis_->Find(key, std::move(done), now);
  const uint64_t redis_epoch = redis_->epoch();
  if (redis_epoch != RedisCache::kEpochUnknown && redis_epoch != memory_->redis_epoch()) {
    // Another thread has learned of a purge that this one does not know yet, so a hit may be older
    // than it.
    redis_->RefreshEpoch();
    return nullptr;
  }
  // The copy in memory keeps expires_at_ms, so it never outlives its Redis TTL.
  auto keep = [this, key, epoch = memory_->epoch(), done = std::move(done)](const LookupResult& r) {
    if (r.entry != nullptr && redis_->epoch() == memory_->redis_epoch()) {
      memory_->Store(key, r.entry, epoch);
    }
    done(r);
  };
  return redis_->Find(key, std::move(keep), now);
}

StoreTicket Cache::BeginStore() const {
  StoreTicket ticket;
  if (memory_ != nullptr) ticket.memory_epoch = memory_->epoch();
  if (redis_ != nullptr) ticket.redis_epoch = redis_->epoch();
  return ticket;
}

uint64_t Cache::epoch() const {
  const StoreTicket ticket = BeginStore();
  return memory_ != nullptr ? ticket.memory_epoch : ticket.redis_epoch;
}

StoreResult Cache::Store(const CacheKey& key, EntryPtr entry, const StoreTicket& ticket) {
  if (memory_ != nullptr && memory_->epoch() != ticket.memory_epoch) return StoreResult::kPurged;
  const bool in_memory = memory_ != nullptr && memory_->Store(key, entry, ticket.memory_epoch);
  if (redis_ == nullptr) return in_memory ? StoreResult::kStored : StoreResult::kTooLarge;
  const StoreResult in_redis = redis_->Store(key, *entry, ticket.redis_epoch);
  return in_memory ? StoreResult::kStored : in_redis;
}

// Entries are immutable: a copy takes its place.
void Cache::KeepOtherForm(const CacheKey& key, const EntryPtr& entry, EntryPtr other_form) {
  if (memory_ == nullptr) return;
  auto both = std::make_shared<Entry>(*entry);
  both->other_form = std::move(other_form);
  memory_->Replace(key, entry, std::move(both));
}

uint64_t Cache::PathEpoch(std::string_view method, std::string_view path) const {
  return paths_ == nullptr ? 0 : paths_->Of(method, path);
}

void Cache::ForgetPath(std::string_view method, std::string_view path) {
  if (paths_ == nullptr) return;
  paths_->Next(method, path);
  if (redis_ != nullptr) redis_->SavePaths();
}

void Cache::Purge(std::function<void(bool, const std::string&)> done) {
  if (memory_ != nullptr) memory_->Purge();
  if (redis_ == nullptr) return loop_->Post([done = std::move(done)] { done(true, ""); });
  redis_->Purge(std::move(done));
}

}  // namespace banto::cache
