// One shard of the memory tier: an index into a ring of slots that the clock hand walks. Not
// thread-safe: MemoryCache holds its mutex around every call. What is removed is handed to `dead`,
// so that freeing happens after the lock.
#ifndef BANTO_CACHE_MEMORY_SHARD_H_
#define BANTO_CACHE_MEMORY_SHARD_H_

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "cache/cache_key.h"
#include "cache/entry.h"

namespace banto::cache {

class MemoryShard {
 public:
  using Dead = std::vector<EntryPtr>;

  EntryPtr Find(const CacheKey& key, int64_t now_ms, bool* expired, Dead* dead);
  // Replaces what `key` had. The caller made room.
  void Insert(const CacheKey& key, EntryPtr entry, uint64_t cost_bytes, Dead* dead);
  void Erase(const CacheKey& key, Dead* dead);
  // One entry less, the next that was not used since the hand came by, or any expired one. The
  // bytes that go free (0: nothing left, or a reader pins it).
  uint64_t EvictOne(Dead* dead);
  // Looks at `count` more slots and takes the expired ones out.
  void Sweep(int64_t now_ms, size_t count, Dead* dead);
  void Clear(Dead* dead);

  bool empty() const { return index_.empty(); }
  uint64_t entries() const { return index_.size(); }
  uint64_t bytes() const { return bytes_; }
  uint64_t evictions() const { return evictions_; }
  uint64_t expirations() const { return expirations_; }

  // What a slot, its index node and the allocator's words cost beside the entry.
  static constexpr uint64_t kOverheadBytes = 232;

 private:
  struct Slot {
    CacheKey key;
    EntryPtr entry;  // nullptr: free
    int64_t stored_at_ms = 0, expires_at_ms = 0;
    uint64_t cost_bytes = 0;
    bool used = false;
  };
  static bool Expired(const Slot& slot, int64_t now_ms);
  uint64_t Remove(uint32_t at, Dead* dead);
  uint32_t Advance();

  std::unordered_map<CacheKey, uint32_t, CacheKey::Hash> index_;
  std::deque<Slot> slots_;  // a deque grows without moving megabytes under the lock
  std::vector<uint32_t> free_;
  uint32_t hand_ = 0;
  int64_t now_ms_ = 0;  // the latest time that a caller told
  uint64_t bytes_ = 0, evictions_ = 0, expirations_ = 0;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_MEMORY_SHARD_H_
