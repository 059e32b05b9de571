#include "cache/memory_cache.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "cache/memory_shard.h"

namespace banto::cache {

struct alignas(64) MemoryCache::Shard {
  mutable std::mutex mutex;
  MemoryShard ring;  // guarded by mutex
};

namespace {

// How many slots of a shard one Sweep() looks at: some 50 µs under the lock.
constexpr size_t kSweepSlots = 4096;

// Counts an entry's bytes for as long as anybody holds it.
struct AliveBytes {
  EntryPtr entry;
  std::shared_ptr<std::atomic<uint64_t>> alive_bytes;
  uint64_t cost_bytes;
  void operator()(const Entry*) {
    entry.reset();
    alive_bytes->fetch_sub(cost_bytes, std::memory_order_relaxed);
  }
};

EntryPtr Counted(EntryPtr entry, const std::shared_ptr<std::atomic<uint64_t>>& alive_bytes,
                 uint64_t cost_bytes) {
  alive_bytes->fetch_add(cost_bytes, std::memory_order_relaxed);
  const Entry* raw = entry.get();
  return EntryPtr(raw, AliveBytes{std::move(entry), alive_bytes, cost_bytes});
}

}  // namespace

MemoryCache::MemoryCache(uint64_t bytes_max)
    : bytes_max_(bytes_max),
      alive_bytes_(std::make_shared<std::atomic<uint64_t>>(0)),
      shards_(new Shard[kShards]) {}

MemoryCache::~MemoryCache() = default;

MemoryCache::Shard& MemoryCache::ShardOf(const CacheKey& key) const {
  return shards_[key.digest.back() % kShards];  // the front bytes are the index's hash
}

EntryPtr MemoryCache::Find(const CacheKey& key, int64_t now_ms, bool* expired) {
  *expired = false;
  MemoryShard::Dead dead;  // freed after the lock
  Shard& shard = ShardOf(key);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  return shard.ring.Find(key, now_ms, expired, &dead);
}

bool MemoryCache::Store(const CacheKey& key, EntryPtr entry, uint64_t epoch) {
  const uint64_t cost = entry->CostBytes() + MemoryShard::kOverheadBytes;
  const uint64_t shard_max = bytes_max_ / kShards;
  if (cost > shard_max) return false;
  MemoryShard::Dead dead;
  Shard& shard = ShardOf(key);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  // Purge() moves the epoch before it takes any lock: what is stored with the old one is either
  // refused here or cleared by it.
  if (epoch != epoch_.load(std::memory_order_acquire)) return false;
  shard.ring.Erase(key, &dead);
  while (shard.ring.bytes() + cost > shard_max) shard.ring.EvictOne(&dead);
  // Pinned entries go against the bound: make room for them here, or refuse.
  uint64_t going = 0;
  for (const EntryPtr& gone : dead) {
    if (gone.use_count() == 1) going += gone->CostBytes() + MemoryShard::kOverheadBytes;
  }
  const auto over = [&] {
    const uint64_t alive = alive_bytes_->load(std::memory_order_relaxed);
    return alive - std::min(alive, going) + cost > bytes_max_;
  };
  while (over() && !shard.ring.empty()) going += shard.ring.EvictOne(&dead);
  if (over()) return false;
  shard.ring.Insert(key, Counted(std::move(entry), alive_bytes_, cost), cost, &dead);
  return true;
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
  }
  const uint64_t alive = alive_bytes_->load(std::memory_order_relaxed);
  stats.pinned_bytes = alive - std::min(alive, stats.bytes);
  return stats;
}

void MemoryCache::FollowRedisEpoch(uint64_t redis_epoch) {
  const uint64_t before = redis_epoch_.exchange(redis_epoch, std::memory_order_acq_rel);
  if (before != kEpochUnknown && before != redis_epoch) Purge();
}

}  // namespace banto::cache
