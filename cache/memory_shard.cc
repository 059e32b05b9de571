#include "cache/memory_shard.h"

#include <algorithm>
#include <utility>

namespace banto::cache {
namespace {

// A wall clock that was set back must not lengthen lives without bound: an entry from further in
// the future than this counts as expired. Smaller steps are the skew between replicas.
constexpr int64_t kClockSkewMs = 5 * 60 * 1000;

}  // namespace

bool MemoryShard::Expired(const Slot& slot, int64_t now_ms) {
  return slot.expires_at_ms <= now_ms || slot.stored_at_ms > now_ms + kClockSkewMs;
}

EntryPtr MemoryShard::Find(const CacheKey& key, int64_t now_ms, bool* expired, Dead* dead) {
  now_ms_ = now_ms;
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  Slot& slot = slots_[found->second];
  if (Expired(slot, now_ms)) {
    *expired = true;
    ++expirations_;
    Remove(found->second, dead);
    return nullptr;
  }
  slot.used = true;
  return slot.entry;
}

void MemoryShard::Insert(const CacheKey& key, EntryPtr entry, uint64_t cost_bytes, Dead* dead) {
  Erase(key, dead);
  now_ms_ = std::max(now_ms_, entry->stored_at_ms);
  uint32_t at = 0;
  if (free_.empty()) {
    at = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    at = free_.back();
    free_.pop_back();
  }
  Slot& slot = slots_[at];
  slot.key = key;
  slot.stored_at_ms = entry->stored_at_ms;
  slot.expires_at_ms = entry->expires_at_ms;
  slot.cost_bytes = cost_bytes;
  slot.used = false;  // a first hit earns the second chance; one-off prompts leave first
  slot.entry = std::move(entry);
  index_.emplace(key, at);
  bytes_ += cost_bytes;
}

void MemoryShard::Erase(const CacheKey& key, Dead* dead) {
  const auto found = index_.find(key);
  if (found != index_.end()) Remove(found->second, dead);
}

uint64_t MemoryShard::Remove(uint32_t at, Dead* dead) {
  Slot& slot = slots_[at];
  bytes_ -= slot.cost_bytes;
  const uint64_t freed = slot.entry.use_count() == 1 ? slot.cost_bytes : 0;
  dead->push_back(std::move(slot.entry));
  slot.entry = nullptr;
  index_.erase(slot.key);
  free_.push_back(at);
  return freed;
}

uint32_t MemoryShard::Advance() {
  const uint32_t at = hand_ < slots_.size() ? hand_ : 0;
  hand_ = at + 1;
  return at;
}

uint64_t MemoryShard::EvictOne(Dead* dead) {
  if (index_.empty()) return 0;
  for (;;) {  // ends within two rounds: the first clears every used-bit
    const uint32_t at = Advance();
    Slot& slot = slots_[at];
    if (slot.entry == nullptr) continue;
    if (slot.expires_at_ms <= now_ms_) {
      ++expirations_;
      return Remove(at, dead);
    }
    if (slot.used) {
      slot.used = false;
      continue;
    }
    ++evictions_;
    return Remove(at, dead);
  }
}

void MemoryShard::Sweep(int64_t now_ms, size_t count, Dead* dead) {
  now_ms_ = now_ms;
  for (size_t i = 0; i < count && !index_.empty(); ++i) {
    const uint32_t at = Advance();
    if (slots_[at].entry == nullptr || !Expired(slots_[at], now_ms)) continue;
    ++expirations_;
    Remove(at, dead);
  }
}

void MemoryShard::Clear(Dead* dead) {
  for (Slot& slot : slots_) {
    if (slot.entry != nullptr) dead->push_back(std::move(slot.entry));
  }
  index_.clear();
  slots_.clear();
  free_.clear();
  hand_ = 0;
  bytes_ = 0;
}

}  // namespace banto::cache
