// The KV memory of one engine: blocks of prompts by their chain hash, shared by the sequences that
// have them in common and kept after their end until the room is needed, and room of sequences'
// own. What was used longest ago goes first, of one prompt its tail. Pure.
#ifndef BANTO_PERF_ENGINE_KV_MEMORY_H_
#define BANTO_PERF_ENGINE_KV_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>

namespace banto::perf {

// A block's hash covers it and all before it, so equal hashes mean equal prompts up to there.
using Chain = std::span<const uint64_t>;

class KvMemory {
 public:
  static constexpr int64_t kBlockTokens = 64;  // 256 bytes of text
  static constexpr int64_t kOwnTokens = 16;    // room of a sequence's own comes in such pieces

  // In tokens; 0: no limit, and nothing is remembered.
  explicit KvMemory(int64_t capacity) : capacity_(capacity) {}

  // How many leading blocks of the chain are here, and how many of those nobody uses.
  struct Found {
    size_t blocks = 0, idle = 0;
  };
  Found Find(Chain chain, size_t blocks_max) const;
  void Hold(Chain found);       // somebody uses these, which are here
  void Release(Chain held);     // and no longer does
  void Publish(uint64_t hash);  // of the next block that its holder has computed, in its own room

  // Whether there is room for so many tokens, with `reserve` left and `idle` blocks not given up.
  bool HasRoom(int64_t tokens, size_t idle, int64_t reserve) const;
  bool Take(int64_t tokens);  // room of one's own; false: there is none
  void Give(int64_t tokens) { own_ -= tokens; }

  int64_t capacity() const { return capacity_; }
  bool remembers() const { return capacity_ > 0; }
  size_t blocks() const { return blocks_.size(); }
  double in_use() const;  // the share that sequences use

 private:
  struct Block {
    int64_t users = 0;
    std::list<uint64_t>::iterator idle;  // its place, if there are none
  };
  int64_t Used() const;

  const int64_t capacity_;
  int64_t own_ = 0;
  std::unordered_map<uint64_t, Block> blocks_;
  std::list<uint64_t> idle_;  // the first goes first
};

}  // namespace banto::perf

#endif  // BANTO_PERF_ENGINE_KV_MEMORY_H_
