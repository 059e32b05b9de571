// Which beginnings of prompts each worker has in its KV cache, as far as that can be known from
// outside: what it was sent, up to what it can hold (PrefixHolder). A prompt is a chain of hashes,
// one for each block of kBlockBytes, over that block and all before it, so that equal hashes are
// equal beginnings. No tokenizer: equal text is equal tokens, but for the last block
// (inference-routers.md §6). An error here costs time, never an answer.
//
// Sharded by stretches of a chain; a shard is locked for a few look-ups. Bounded by bytes_max.
// Shared by all threads; any thread.
#ifndef BANTO_PROXY_UPSTREAM_PREFIX_INDEX_H_
#define BANTO_PROXY_UPSTREAM_PREFIX_INDEX_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "proxy/upstream/prefix_holder.h"
#include "proxy/upstream/prefix_shard.h"

namespace banto::upstream {

using PrefixChain = std::span<const uint64_t>;

// How many blocks of one chain, from its beginning, each holder has. Reused; not thread-safe.
class PrefixMatches {
 public:
  bool none() const { return seen_.empty(); }
  uint32_t BlocksOf(uint16_t holder) const { return holder < blocks_.size() ? blocks_[holder] : 0; }
  void Clear();

 private:
  friend class PrefixIndex;
  // The holder has `blocks` of them, if it had exactly the first `from` so far. False: it had not.
  bool Note(uint16_t holder, uint32_t from, uint32_t blocks);

  std::vector<uint32_t> blocks_;  // by holder; 0 but for those in seen_
  std::vector<uint16_t> seen_;
};

class PrefixIndex : public std::enable_shared_from_this<PrefixIndex> {
 public:
  static constexpr size_t kBlockBytes = 256;
  static constexpr size_t kBytesMax = size_t{64} << 20;

  explicit PrefixIndex(size_t bytes_max = kBytesMax);

  // Holds nothing at first. nullptr: there are too many already.
  std::unique_ptr<PrefixHolder> NewHolder();

  void Match(PrefixChain chain, PrefixMatches* matches) const;
  // The worker was sent the chain. Returns how many blocks of its beginning it had; *lately: and
  // that it used the last of them a moment ago, so that it may not have read it yet.
  uint32_t Insert(PrefixChain chain, PrefixHolder* holder, bool* lately = nullptr);
  // … but did not take it: of its blocks the worker has the first `kept` at most.
  void Remove(PrefixChain chain, uint32_t kept, PrefixHolder* holder);

  // Memory of the blocks.
  size_t bytes() const;

 private:
  friend class PrefixHolder;
  static constexpr size_t kShards = 64;
  static constexpr size_t kStretchBlocks = 16;  // of a chain, in one shard

  // Calls `visit(shard, first, last)` for each stretch of the chain, its shard locked, from the
  // end to the beginning.
  template <typename Visit>
  void Backwards(PrefixChain chain, Visit visit);
  PrefixShard& ShardOf(PrefixChain chain, size_t first) const {
    return shards_[chain[first] >> 32 & (kShards - 1)];
  }
  size_t Note(const PrefixShard& shard, PrefixChain chain, size_t from, size_t at,
              PrefixMatches* matches) const;
  void Release(uint16_t id, uint64_t clock);

  const std::unique_ptr<PrefixShard[]> shards_;
  const std::unique_ptr<PrefixHorizons> horizons_;
  const size_t places_max_;  // of a shard
  std::mutex ids_mutex_;
  std::vector<std::pair<uint16_t, uint64_t>> free_ids_;  // with the clock of their last holder
  uint16_t next_id_ = 1;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_PREFIX_INDEX_H_
