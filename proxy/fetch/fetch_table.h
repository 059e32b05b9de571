// The questions under way in the process, by their cache key: an equal one joins instead of asking
// a worker again (design.md §3). Also remembers for a while which keys' answers turned out not to
// be for sharing, whose askers do not wait for each other. Any thread.
#ifndef BANTO_PROXY_FETCH_FETCH_TABLE_H_
#define BANTO_PROXY_FETCH_FETCH_TABLE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "cache/cache_key.h"
#include "proxy/fetch/fetch_log.h"

namespace banto {

class FetchTable {
 public:
  // How a question is asked.
  enum class Part : uint8_t {
    kFirst,  // it asks, and others may join it by `log`
    kJoins,  // it reads `log`, whose Fetch asks
    kAlone,  // it asks for itself
  };
  struct Place {
    Part part = Part::kAlone;
    std::shared_ptr<FetchLog> log;
  };
  // `log`: entered if nobody asks this, or only someone from before a purge.
  Place Enter(const cache::CacheKey& key, std::shared_ptr<FetchLog> log, int64_t now_ms);
  // The questions of `log` are answered, or nobody asks any more. No effect on a later one.
  void Remove(const cache::CacheKey& key, const FetchLog* log);
  // The answer of `log` is not for sharing: for a while nobody waits for one with this key.
  void NoteUnshared(const cache::CacheKey& key, const FetchLog* log, int64_t now_ms);

  size_t size() const;  // questions under way

 private:
  struct Slot {
    std::shared_ptr<FetchLog> log;  // nullptr: not for sharing until then
    int64_t unshared_until_ms = 0;
  };
  struct Shard {
    mutable std::mutex mutex;  // guards the slots
    std::unordered_map<cache::CacheKey, Slot, cache::CacheKey::Hash> slots;
  };
  static constexpr size_t kShards = 16;
  Shard& ShardOf(const cache::CacheKey& key) {
    return shards_[key.digest[31] % kShards];  // the maps use the first bytes
  }

  std::array<Shard, kShards> shards_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FETCH_TABLE_H_
