// The Redis tier of one ProxyThread: look-ups with a deadline, writes that nobody waits for, keys
// in the present namespace epoch. Whatever Redis does, the worst is a miss with a reason after one
// redis_timeout, and with the breaker open after nothing. Loop thread only.
//
// Keys are "banto:<schema version>:<epoch>:<hex>"; a purge is INCR of "banto:epoch", which every
// replica reads at connect and each 5 s, and with it "banto:paths" (redis_path_epochs.h).
#ifndef BANTO_CACHE_REDIS_CACHE_H_
#define BANTO_CACHE_REDIS_CACHE_H_

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "cache/cache.h"
#include "cache/redis_link.h"
#include "cache/redis_path_epochs.h"
#include "cache/redis_writer.h"

namespace banto::net {
class TlsContext;
}

namespace banto::cache {

class RedisCache final : RedisLinkUser, RedisWriterUser {
 public:
  using Done = std::function<void(const LookupResult&)>;
  static constexpr uint64_t kEpochUnknown = UINT64_MAX;

  // Begins to connect in the loop's next turn. `tls` may be null unless the url is rediss://;
  // `observer` may be null. All outlive the RedisCache.
  RedisCache(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
             const RedisSettings& settings, CacheObserver* observer);
  ~RedisCache();

  // As Cache::FindInRedis. `done` may destroy the look-up, but not the RedisCache.
  std::unique_ptr<PendingLookup> Find(const CacheKey& key, Done done, LookupResult* now);
  // `epoch` is what epoch() was when the request began.
  StoreResult Store(const CacheKey& key, const Entry& entry, uint64_t epoch);
  // Next epoch for all replicas. `done` (later, on this loop) hears whether Redis took it.
  void Purge(std::function<void(bool ok, const std::string& why)> done);
  // Reads the epoch now instead of within 5 s.
  void RefreshEpoch() { link_.RefreshEpoch(); }
  uint64_t epoch() const { return link_.epoch_known() ? link_.epoch() : kEpochUnknown; }
  // Called with every epoch that Redis tells, changed or not.
  void set_on_epoch(std::function<void(uint64_t)> on_epoch) { on_epoch_ = std::move(on_epoch); }
  // Keeps them and Redis' table alike from now on; they outlive the RedisCache.
  void FollowPaths(PathEpochs* epochs) { paths_.emplace(epochs); }
  // What was written to is told to Redis now; while it cannot be, with the next connection.
  void SavePaths();
  bool circuit_open() const { return link_.open(); }

 private:
  class Lookup;

  void OnLinkUp() override;
  void OnLinkDown(MissReason reason) override;
  void OnEpoch(uint64_t epoch) override;
  void OnLinkState(bool up, const std::string& why) override;
  void OnWritesRefused(const std::string& why) override;
  void OnDeadline();
  void Send(Lookup* lookup, RedisConnection* connection);
  std::string KeyOf(const CacheKey& key) const { return prefix_ + key.Hex(); }
  void Count(const char* operation, const char* result, int64_t us);

  const RedisContext context_;
  CacheObserver* observer_;
  std::function<void(uint64_t)> on_epoch_;
  std::string prefix_;          // of all keys in this epoch
  std::list<Lookup*> lookups_;  // by deadline
  net::Timer deadline_timer_;
  bool reported_ = false, up_ = false;  // what the observer heard last
  std::string writes_refused_;          // why; empty: they are taken
  std::optional<RedisPathEpochs> paths_;
  RedisWriter writer_;
  RedisLink link_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_REDIS_CACHE_H_
