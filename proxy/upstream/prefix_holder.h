// What one worker is assumed to hold in its KV cache: of the blocks of the PrefixIndex those that
// it was sent last, up to its capacity. The blocks are in the index, each with the stretch of time
// in which it was last used. Here is how many there are of each stretch, and so how far the horizon
// must move to forget the oldest: least recently used to within a stretch, without a list. Owned by
// a WorkerState; any thread.
#ifndef BANTO_PROXY_UPSTREAM_PREFIX_HOLDER_H_
#define BANTO_PROXY_UPSTREAM_PREFIX_HOLDER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "proxy/upstream/kv_fit.h"

namespace banto::upstream {

class PrefixIndex;

class PrefixHolder {
 public:
  // For engines that do not tell: of 64 tokens each, 400,000 tokens (inference-routers.md §7).
  static constexpr int64_t kDefaultBlocks = 6'250;
  static constexpr int64_t kBlocksMax = 1 << 18;  // 16 million tokens

  ~PrefixHolder();
  PrefixHolder(const PrefixHolder&) = delete;
  PrefixHolder& operator=(const PrefixHolder&) = delete;

  uint16_t id() const { return id_; }
  const PrefixIndex& index() const { return *index_; }
  // See PrefixIndex.
  uint32_t Insert(std::span<const uint64_t> chain, bool* lately = nullptr);
  void Remove(std::span<const uint64_t> chain, uint32_t kept);
  // As told or assumed; answers correct it. Of what is held it keeps what was used last.
  void SetCapacity(int64_t blocks);
  void NoteCached(const CachedTokens& tokens);
  int64_t capacity() const;  // corrected
  // Its engine started anew, or unloaded the model.
  void ForgetAll();
  // Blocks it is assumed to hold.
  int64_t held() const;

 private:
  friend class PrefixIndex;
  static constexpr size_t kStretchesMax = 34;
  static constexpr int64_t kStretchesOfCapacity = 32;
  static constexpr size_t kStretchesLately = 4;

  struct Stretch {
    uint64_t first_stamp;  // up to that of the next one
    int64_t blocks;        // last used in it
  };

  PrefixHolder(std::shared_ptr<PrefixIndex> index, uint16_t id, uint64_t clock);
  std::atomic<uint64_t>& horizon() const;
  // All below with the mutex held.
  uint64_t AddNew();                  // returns its stamp
  uint64_t UseAgain(uint64_t stamp);  // of a block that is held; returns its new stamp
  void Remove(uint64_t stamp);        // of a block that is held
  Stretch& At(uint64_t stamp);
  uint64_t Use();
  void BeginStretch();
  void JoinTwo();
  void ForgetOldest();
  void ForgetAllLocked();
  void Fit();
  bool UsedLately(uint64_t stamp) const;  // one of the last blocks that were used

  const std::shared_ptr<PrefixIndex> index_;
  const uint16_t id_;
  mutable std::mutex mutex_;  // taken before that of a shard
  KvFit fit_;
  int64_t assumed_ = kDefaultBlocks;
  int64_t capacity_ = 0;
  int64_t stretch_blocks_ = 1;  // with so many a stretch ends
  uint64_t clock_;              // the stamp of the present stretch
  int64_t held_ = 0;
  bool forgot_ = false;             // for lack of room
  std::vector<Stretch> stretches_;  // oldest first; the last one is the present
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_PREFIX_HOLDER_H_
