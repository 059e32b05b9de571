// The memory tier: bounded in bytes, sharded by key with one mutex per shard, shared by all
// threads. Eviction is CLOCK: a hit sets a used bit under the shard's lock and moves nothing.
// Entries that readers still hold after eviction stay alive through their shared_ptr; their bytes
// are counted as pinned, against the bound, until a later Store or Sweep finds them released. The
// clock hand and Sweep() reclaim expired entries that are never read.
#ifndef BANTO_CACHE_MEMORY_CACHE_H_
#define BANTO_CACHE_MEMORY_CACHE_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "cache/cache_key.h"
#include "cache/entry.h"

namespace banto::cache {

class MemoryCache {
 public:
  struct Stats {
    uint64_t entries = 0, bytes = 0, evictions = 0, expirations = 0;
    uint64_t pinned_bytes = 0;  // evicted, but still held by a reader
  };
  explicit MemoryCache(uint64_t bytes_max);
  ~MemoryCache();

  // nullptr if absent; *expired tells whether it was present but too old.
  EntryPtr Find(const CacheKey& key, int64_t now_ms, bool* expired);
  // False: larger than a shard may hold, or `epoch` is not the current one.
  bool Store(const CacheKey& key, EntryPtr entry, uint64_t epoch);
  // Puts `later` in the place of `earlier`, unless the key has another entry by now, or none.
  void Replace(const CacheKey& key, const EntryPtr& earlier, EntryPtr later);
  uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }
  // Forgets everything; stores that began earlier are refused.
  void Purge();
  // Reclaims some expired entries; called periodically by the control plane.
  void Sweep(int64_t now_ms);
  Stats stats() const;

  // The namespace epoch in Redis as last seen by any thread. A change means that a replica purged,
  // so this tier forgets everything too.
  static constexpr uint64_t kEpochUnknown = UINT64_MAX;
  void FollowRedisEpoch(uint64_t redis_epoch);
  uint64_t redis_epoch() const { return redis_epoch_.load(std::memory_order_acquire); }

 private:
  struct Shard;
  static constexpr size_t kShards = 16;
  Shard& ShardOf(const CacheKey& key) const;

  const uint64_t bytes_max_;
  std::unique_ptr<Shard[]> shards_;
  std::atomic<uint64_t> epoch_{1};
  std::atomic<uint64_t> redis_epoch_{kEpochUnknown};
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_MEMORY_CACHE_H_
