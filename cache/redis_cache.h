// The Redis tier of one ProxyThread: look-ups with a deadline, writes that nobody waits for, keys
// in the current namespace epoch. Whatever Redis does, the worst case is a miss with a reason after
// one redis_timeout, or without any wait once the breaker is open. Loop thread only.
//
// Keys are "banto:<schema version>:<epoch>:<hex>"; a purge is INCR of "banto:epoch", which every
// replica reads on connecting and every 5 s, together with "banto:paths" (redis_path_epochs.h).
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

  // Starts connecting in the loop's next turn. `tls` may be null unless the url is rediss://;
  // `observer` may be null. All must outlive the RedisCache.
  RedisCache(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
             const RedisSettings& settings, CacheObserver* observer);
  ~RedisCache();

  // Like Cache::FindInRedis. `done` may destroy the look-up, but not the RedisCache.
  std::unique_ptr<PendingLookup> Find(const CacheKey& key, Done done, LookupResult* now);
  // `epoch` is what epoch() returned when the request began.
  StoreResult Store(const CacheKey& key, const Entry& entry, uint64_t epoch);
  // Starts the next epoch for all replicas. `done` (later, on this loop) reports whether Redis
  // accepted it.
  void Purge(std::function<void(bool ok, const std::string& why)> done);
  // Reads the epoch now instead of within 5 s.
  void RefreshEpoch() { link_.RefreshEpoch(); }
  uint64_t epoch() const { return link_.epoch_known() ? link_.epoch() : kEpochUnknown; }
  // Called with every epoch that Redis reports, changed or not.
  void set_on_epoch(std::function<void(uint64_t)> on_epoch) { on_epoch_ = std::move(on_epoch); }
  // Keeps `epochs` and the table in Redis in sync from now on; it must outlive the RedisCache.
  void FollowPaths(PathEpochs* epochs) { paths_.emplace(epochs); }
  // Sends the written paths to Redis now or, if that is impossible, on the next connection.
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
  std::list<Lookup*> lookups_;  // ordered by deadline
  net::Timer deadline_timer_;
  bool reported_ = false, up_ = false;  // last reported to the observer
  std::string writes_refused_;          // why; empty: they are accepted
  std::optional<RedisPathEpochs> paths_;
  RedisWriter writer_;
  RedisLink link_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_REDIS_CACHE_H_
