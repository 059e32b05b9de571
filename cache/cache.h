// The cache as a ProxyThread sees it: the memory tier (shared by all threads) in front of the Redis
// tier (with this thread's own connections). One Cache per ProxyThread, loop thread only. A broken
// tier is a miss with a reason, never an error and never a wait longer than redis_timeout. It deals
// in keys and entries and knows nothing of Exchanges.
#ifndef BANTO_CACHE_CACHE_H_
#define BANTO_CACHE_CACHE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cache/cache_key.h"
#include "cache/entry.h"
#include "proxy/net/event_loop.h"
#include "proxy/net/resolver.h"
#include "proxy/net/url.h"

namespace banto::cache {

// Why a look-up found nothing. The names are the closed list of operator-experience.md §2.3.
enum class MissReason : uint8_t {
  kKeyNotFound,
  kExpired,
  kEntryInvalid,   // the Redis value is corrupt, foreign or of another version
  kStoreDown,      // Redis is unreachable or returns errors
  kStoreTimeout,   // no answer within redis_timeout
  kCircuitOpen,    // not queried: the breaker is open
  kOriginRefused,  // found, but the engine would refuse the browser's page
  kPackaging,      // found, but it cannot be told as a stream, as a whole, or with its usage
};
const char* MissReasonName(MissReason reason);

enum class Tier : uint8_t { kNone, kMemory, kRedis };

struct LookupResult {
  EntryPtr entry;  // nullptr: a miss
  Tier tier = Tier::kNone;
  MissReason reason = MissReason::kKeyNotFound;
};

// How a store ended, for metrics.
enum class StoreResult : uint8_t { kStored, kTooLarge, kStoreDown, kCircuitOpen, kPurged, kFailed };
const char* StoreResultName(StoreResult result);

struct RedisSettings {
  net::Url url;  // redis:// rediss:// unix://
  int64_t timeout_ms = 50;
  uint64_t reply_bytes_max = 4ull << 20;
};

// What metrics need; implemented by proxy/ops on this thread. May be null.
class CacheObserver {
 public:
  virtual void OnRedisOperation(const char* operation, const char* result,
                                int64_t us) = 0;  // get,set,ping / ok,miss,timeout,error,skipped
  virtual void OnRedisState(bool up, bool circuit_open,
                            const std::string& why) = 0;  // on changes only

 protected:
  ~CacheObserver() = default;
};

class MemoryCache;  // memory_cache.h
class PathEpochs;   // path_epochs.h
class RedisCache;   // redis_cache.h

// A look-up in progress; destroying it cancels it (the callback is not called).
class PendingLookup {
 public:
  virtual ~PendingLookup() = default;
};

// Taken when a fetch for a request begins: a purge after that turns its Store into a no-op (a purge
// beats writes in progress).
struct StoreTicket {
  uint64_t memory_epoch = 0, redis_epoch = 0;
};

class Cache {
 public:
  // Either tier may be null. `memory` and `paths` are shared by threads and outlive the Cache;
  // without `paths`, ForgetPath() has no effect.
  Cache(net::EventLoop* loop, MemoryCache* memory, std::unique_ptr<RedisCache> redis,
        PathEpochs* paths = nullptr);
  ~Cache();

  // The memory tier; synchronous.
  EntryPtr FindInMemory(const CacheKey& key, MissReason* reason);
  // The Redis tier. Returns nullptr and sets *now if the answer is known immediately (tier off,
  // breaker open). Otherwise calls `done` later on this loop, never from within this call, and
  // within redis_timeout. A hit is copied into the memory tier.
  std::unique_ptr<PendingLookup> FindInRedis(const CacheKey& key,
                                             std::function<void(const LookupResult&)> done,
                                             LookupResult* now);
  StoreTicket BeginStore() const;
  // Changes with every purge: what was asked before one is not for those who ask after it.
  uint64_t epoch() const;
  // Both tiers; the Redis write is sent at the end of this turn, and nothing waits for it.
  StoreResult Store(const CacheKey& key, EntryPtr entry, const StoreTicket& ticket);
  // Keeps the other form of an entry that was found beside it, in memory; it goes where the entry
  // goes.
  void KeepOtherForm(const CacheKey& key, const EntryPtr& entry, EntryPtr other_form);
  // Forgets everything, in all replicas: the memory tier now, Redis by its next epoch, which other
  // replicas obey within 5 s. `done` (later, on this loop) reports whether Redis accepted it, and
  // if not, why. One thread's Cache does it for the process.
  void Purge(std::function<void(bool ok, const std::string& why)> done);
  bool has_redis() const { return redis_ != nullptr; }
  // The epoch of an app's path: part of the key of stored answers to `method` there.
  uint64_t PathEpoch(std::string_view method, std::string_view path) const;
  // The path was written to: these answers, stored or on their way, will not be found any more.
  void ForgetPath(std::string_view method, std::string_view path);

 private:
  net::EventLoop* loop_;
  MemoryCache* memory_;
  std::unique_ptr<RedisCache> redis_;
  PathEpochs* paths_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_CACHE_H_
