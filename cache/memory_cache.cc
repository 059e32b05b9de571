#include "cache/memory_cache.h"

#include <mutex>
#include <utility>

#include "cache/memory_shard.h"

namespace banto::cache {

struct alignas(64) MemoryCache::Shard {
  mutable std::mutex mutex;
  MemoryShard ring;  // guarded by mutex
};

namespace {

// Slots of a shard visited by one Sweep(), a short time under the lock.
constexpr size_t kSweepSlots = 4096;

}  // namespace

MemoryCache::MemoryCache(uint64_t bytes_max) : bytes_max_(bytes_max), shards_(new Shard[kShards]) {}

MemoryCache::~MemoryCache() = default;

MemoryCache::Shard& MemoryCache::ShardOf(const CacheKey& key) const {
  return shards_[key.digest.back() % kShards];  // the first bytes are used by the index
}

EntryPtr MemoryCache::Find(const CacheKey& key, int64_t now_ms, bool* expired) {
  *expired = false;
  MemoryShard::Dead dead;  // freed after the lock
  Shard& shard = ShardOf(key);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  return shard.ring.Find(key, now_ms, expired, &dead);
}

bool MemoryCache::Store(const CacheKey& key, EntryPtr entry, uint64_t epoch) {
  MemoryShard::Dead dead;
  Shard& shard = ShardOf(key);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  // Purge() changes the epoch before it takes any lock: a store with the old one is either refused
  // here or cleared by it.
  if (epoch != epoch_.load(std::memory_order_acquire)) return false;
  return shard.ring.Insert(key, std::move(entry), bytes_max_ / kShards, &dead);
}

void MemoryCache::Replace(const CacheKey& key, const EntryPtr& earlier, EntryPtr later) {
  MemoryShard::Dead dead;
  Shard& shard = ShardOf(key);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  if (shard.ring.Holds(key, earlier)) {
    shard.ring.Insert(key, std::move(later), bytes_max_ / kShards, &dead);
  }
}

void MemoryCache::Purge() {
  epoch_.fetch_add(1, std::memory_order_acq_rel);
  for (size_t i = 0; i < kShards; ++i) {
    MemoryShard::Dead dead;
    const std::lock_guard<std::mutex> lock(shards_[i].mutex);
    shards_[i].ring.Clear(&dead);
  }
}

void MemoryCache::Sweep(int64_t now_ms) {
  for (size_t i = 0; i < kShards; ++i) {
    MemoryShard::Dead dead;
    const std::lock_guard<std::mutex> lock(shards_[i].mutex);
    shards_[i].ring.Sweep(now_ms, kSweepSlots, &dead);
  }
}

MemoryCache::Stats MemoryCache::stats() const {
  Stats stats;
  for (size_t i = 0; i < kShards; ++i) {
    const std::lock_guard<std::mutex> lock(shards_[i].mutex);
    const MemoryShard& ring = shards_[i].ring;
    stats.entries += ring.entries();
    stats.bytes += ring.bytes();
    stats.evictions += ring.evictions();
    stats.expirations += ring.expirations();
    stats.pinned_bytes += ring.PinnedBytes();
  }
  return stats;
}

void MemoryCache::FollowRedisEpoch(uint64_t redis_epoch) {
  const uint64_t before = redis_epoch_.exchange(redis_epoch, std::memory_order_acq_rel);
  if (before != kEpochUnknown && before != redis_epoch) Purge();
}

}  // namespace banto::cache
