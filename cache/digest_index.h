// Maps a digest's first bytes to slot numbers: open addressing with linear probing, eight bytes per
// cell, so that a look-up costs one cache line where a node-based map costs three or four. Owned by
// a MemoryShard; not thread-safe.
#ifndef BANTO_CACHE_DIGEST_INDEX_H_
#define BANTO_CACHE_DIGEST_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace banto::cache {

class DigestIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // The slot under `tag` for which same(slot) is true, or kNone.
  template <typename Same>
  uint32_t Find(uint32_t tag, Same same) const {
    if (size_ == 0) return kNone;
    for (size_t at = tag & mask_; cells_[at].slot != kNone; at = (at + 1) & mask_) {
      if (cells_[at].tag == tag && same(cells_[at].slot)) return cells_[at].slot;
    }
    return kNone;
  }
  // The pair must not be present.
  void Insert(uint32_t tag, uint32_t slot);
  // The pair must be present.
  void Erase(uint32_t tag, uint32_t slot);
  void Clear();
  size_t size() const { return size_; }

 private:
  struct Cell {
    uint32_t tag = 0;
    uint32_t slot = kNone;  // kNone: empty
  };
  void Put(uint32_t tag, uint32_t slot);
  void Grow();

  std::vector<Cell> cells_;  // a power of two, at most 5/8 full
  size_t mask_ = 0;
  size_t size_ = 0;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_DIGEST_INDEX_H_
