// One shard of the memory tier: an index into a ring of slots that the clock hand traverses. Not
// thread-safe: MemoryCache holds its mutex around every call. Removed entries are handed to `dead`,
// to be freed after the lock.
#ifndef BANTO_CACHE_MEMORY_SHARD_H_
#define BANTO_CACHE_MEMORY_SHARD_H_

#include <cstdint>
#include <cstring>
#include <deque>
#include <vector>

#include "cache/cache_key.h"
#include "cache/digest_index.h"
#include "cache/entry.h"

namespace banto::cache {

class MemoryShard {
 public:
  using Dead = std::vector<EntryPtr>;

  EntryPtr Find(const CacheKey& key, int64_t now_ms, bool* expired, Dead* dead);
  bool Holds(const CacheKey& key, const EntryPtr& entry) const;
  // Replaces the entry of `key`, and evicts until everything, including pinned entries, fits into
  // bytes_max. False if it cannot be made to fit.
  bool Insert(const CacheKey& key, EntryPtr entry, uint64_t bytes_max, Dead* dead);
  // Visits the next `count` slots and removes expired entries; forgets pinned entries that were
  // released.
  void Sweep(int64_t now_ms, size_t count, Dead* dead);
  void Clear(Dead* dead);

  uint64_t entries() const { return index_.size(); }
  uint64_t bytes() const { return bytes_; }
  uint64_t evictions() const { return evictions_; }
  uint64_t expirations() const { return expirations_; }
  uint64_t PinnedBytes() const;

 private:
  // One cache line. With the index cell and the entry itself, this is all that a hit touches.
  struct alignas(64) Slot {
    CacheKey key;
    EntryPtr entry;  // nullptr: free
    int64_t expires_at_ms = 0;
    uint32_t lifetime_s = 0;  // since stored_at_ms, rounded up
    uint32_t used : 1 = 0;
    uint32_t cost_units : 31 = 0;
  };
  struct Pinned {
    EntryPtr entry;
    uint64_t bytes;
  };
  static uint32_t Tag(const CacheKey& key) {
    uint32_t tag;
    std::memcpy(&tag, key.digest.data(), sizeof tag);
    return tag;
  }
  static bool Expired(const Slot& slot, int64_t now_ms);
  uint32_t SlotOf(const CacheKey& key) const;
  void Fill(const CacheKey& key, EntryPtr entry, uint32_t cost_units);
  void Remove(uint32_t at, Dead* dead);
  void EvictOne(Dead* dead);
  void Unpin(Dead* dead);
  uint32_t Advance();

  DigestIndex index_;
  std::deque<Slot> slots_;  // a deque grows without moving megabytes under the lock
  std::vector<uint32_t> free_;
  std::vector<Pinned> pinned_;  // removed, but still held by a reader
  uint32_t hand_ = 0;
  int64_t now_ms_ = 0;  // the latest time passed by a caller
  uint64_t bytes_ = 0, pinned_bytes_ = 0, evictions_ = 0, expirations_ = 0;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_MEMORY_SHARD_H_
