#include "proxy/fetch/fetch_table.h"

#include <utility>

namespace banto {
namespace {

// Long enough that a hot key which cannot be shared is not tried by every burst; short enough that
// an engine's passing mood (a cookie, a 500) does not cost more than that.
constexpr int64_t kUnsharedMs = 30'000;
// Beyond that, a key that cannot be shared is not remembered.
constexpr size_t kSlotsMax = 8'192;

}  // namespace

FetchTable::Place FetchTable::Enter(const cache::CacheKey& key, std::shared_ptr<FetchLog> log,
                                    int64_t now_ms) {
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  Slot& slot = shard.slots[key];
  if (slot.log && slot.log->epoch() == log->epoch()) return {Part::kJoins, slot.log};
  if (!slot.log && now_ms < slot.unshared_until_ms) return {Part::kAlone, nullptr};
  slot = {log, 0};
  return {Part::kFirst, std::move(log)};
}

void FetchTable::Remove(const cache::CacheKey& key, const FetchLog* log) {
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.slots.find(key);
  if (found != shard.slots.end() && found->second.log.get() == log) shard.slots.erase(found);
}

void FetchTable::NoteUnshared(const cache::CacheKey& key, const FetchLog* log, int64_t now_ms) {
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.slots.find(key);
  if (found == shard.slots.end() || found->second.log.get() != log) return;
  const auto is_over = [now_ms](const auto& entry) {
    return !entry.second.log && entry.second.unshared_until_ms <= now_ms;
  };
  if (shard.slots.size() > kSlotsMax) std::erase_if(shard.slots, is_over);
  if (shard.slots.size() > kSlotsMax) return;
  shard.slots[key] = {nullptr, now_ms + kUnsharedMs};
}

size_t FetchTable::size() const {
  size_t count = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const auto& [key, slot] : shard.slots) count += slot.log ? 1 : 0;
  }
  return count;
}

}  // namespace banto
