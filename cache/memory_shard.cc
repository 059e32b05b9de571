#include "cache/memory_shard.h"

#include <algorithm>
#include <utility>

namespace banto::cache {
namespace {

// A wall clock that was set back must not extend lifetimes without bound: an entry from further in
// the future than this counts as expired. Smaller differences are skew between replicas.
constexpr int64_t kClockSkewMs = 5 * 60 * 1000;
// A slot, its index cells and its place in the free list.
constexpr uint64_t kOverheadBytes = 112;
constexpr uint64_t kUnitBytes = 64;

uint64_t CostUnits(const Entry& entry) {
  return (entry.CostBytes() + kOverheadBytes + kUnitBytes - 1) / kUnitBytes;
}

}  // namespace

bool MemoryShard::Expired(const Slot& slot, int64_t now_ms) {
  if (slot.lifetime_s == UINT32_MAX) return slot.expires_at_ms <= now_ms;  // exceeds the field
  const int64_t stored_at_ms = slot.expires_at_ms - int64_t{slot.lifetime_s} * 1000;
  return slot.expires_at_ms <= now_ms || stored_at_ms > now_ms + kClockSkewMs;
}

uint32_t MemoryShard::SlotOf(const CacheKey& key) const {
  return index_.Find(Tag(key), [&](uint32_t slot) { return slots_[slot].key == key; });
}

EntryPtr MemoryShard::Find(const CacheKey& key, int64_t now_ms, bool* expired, Dead* dead) {
  now_ms_ = now_ms;
  const uint32_t at = SlotOf(key);
  if (at == DigestIndex::kNone) return nullptr;
  Slot& slot = slots_[at];
  if (Expired(slot, now_ms)) {
    *expired = true;
    ++expirations_;
    Remove(at, dead);
    return nullptr;
  }
  slot.used = 1;
  return slot.entry;
}

bool MemoryShard::Holds(const CacheKey& key, const EntryPtr& entry) const {
  const uint32_t at = SlotOf(key);
  return at != DigestIndex::kNone && slots_[at].entry == entry;
}

bool MemoryShard::Insert(const CacheKey& key, EntryPtr entry, uint64_t bytes_max, Dead* dead) {
  const uint64_t units = CostUnits(*entry);
  const uint64_t cost = units * kUnitBytes;
  if (cost > bytes_max) return false;
  now_ms_ = std::max(now_ms_, entry->stored_at_ms);
  if (const uint32_t old = SlotOf(key); old != DigestIndex::kNone) Remove(old, dead);
  const auto over = [&] { return bytes_ + pinned_bytes_ + cost > bytes_max; };
  if (over()) Unpin(dead);
  while (over() && entries() > 0) EvictOne(dead);
  if (over()) return false;  // pinned entries take up the room it needs
  Fill(key, std::move(entry), static_cast<uint32_t>(units));
  return true;
}

void MemoryShard::Fill(const CacheKey& key, EntryPtr entry, uint32_t cost_units) {
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
  slot.expires_at_ms = entry->expires_at_ms;
  const int64_t lifetime_ms = entry->expires_at_ms - entry->stored_at_ms;
  slot.lifetime_s =
      static_cast<uint32_t>(std::clamp<int64_t>((lifetime_ms + 999) / 1000, 0, UINT32_MAX));
  slot.used = 0;  // only a first hit earns a second chance, so one-off prompts are evicted first
  slot.cost_units = cost_units & INT32_MAX;
  slot.entry = std::move(entry);
  index_.Insert(Tag(key), at);
  bytes_ += cost_units * kUnitBytes;
}

void MemoryShard::Remove(uint32_t at, Dead* dead) {
  Slot& slot = slots_[at];
  const uint64_t cost = slot.cost_units * kUnitBytes;
  bytes_ -= cost;
  index_.Erase(Tag(slot.key), at);
  free_.push_back(at);
  EntryPtr entry = std::exchange(slot.entry, nullptr);
  if (entry.use_count() == 1) return dead->push_back(std::move(entry));
  pinned_bytes_ += cost;
  pinned_.push_back({std::move(entry), cost});
}

// Pinned entries can no longer be found, so a use count of one stays one.
void MemoryShard::Unpin(Dead* dead) {
  const auto held = [](const Pinned& pinned) { return pinned.entry.use_count() > 1; };
  const auto gone = std::partition(pinned_.begin(), pinned_.end(), held);
  for (auto it = gone; it != pinned_.end(); ++it) {
    pinned_bytes_ -= it->bytes;
    dead->push_back(std::move(it->entry));
  }
  pinned_.erase(gone, pinned_.end());
}

uint64_t MemoryShard::PinnedBytes() const {
  uint64_t bytes = 0;
  for (const Pinned& pinned : pinned_) bytes += pinned.entry.use_count() > 1 ? pinned.bytes : 0;
  return bytes;
}

uint32_t MemoryShard::Advance() {
  const uint32_t at = hand_ < slots_.size() ? hand_ : 0;
  hand_ = at + 1;
  return at;
}

void MemoryShard::EvictOne(Dead* dead) {
  for (;;) {  // ends within two rounds: the first clears every used bit
    const uint32_t at = Advance();
    Slot& slot = slots_[at];
    if (slot.entry == nullptr) continue;
    const bool expired = slot.expires_at_ms <= now_ms_;
    if (slot.used != 0 && !expired) {
      slot.used = 0;
      continue;
    }
    ++(expired ? expirations_ : evictions_);
    return Remove(at, dead);
  }
}

void MemoryShard::Sweep(int64_t now_ms, size_t count, Dead* dead) {
  now_ms_ = now_ms;
  Unpin(dead);
  for (size_t i = std::min(count, slots_.size()); i > 0 && entries() > 0; --i) {
    const uint32_t at = Advance();
    if (slots_[at].entry == nullptr || !Expired(slots_[at], now_ms)) continue;
    ++expirations_;
    Remove(at, dead);
  }
}

void MemoryShard::Clear(Dead* dead) {
  for (uint32_t at = 0; at < slots_.size(); ++at) {
    if (slots_[at].entry != nullptr) Remove(at, dead);
  }
  index_.Clear();
  slots_.clear();
  free_.clear();
  hand_ = 0;
}

}  // namespace banto::cache
