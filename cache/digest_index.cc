#include "cache/digest_index.h"

#include <algorithm>

namespace banto::cache {

void DigestIndex::Insert(uint32_t tag, uint32_t slot) {
  if (8 * (size_ + 1) > 5 * cells_.size()) Grow();
  Put(tag, slot);
  ++size_;
}

void DigestIndex::Put(uint32_t tag, uint32_t slot) {
  size_t at = tag & mask_;
  while (cells_[at].slot != kNone) at = (at + 1) & mask_;
  cells_[at] = {tag, slot};
}

void DigestIndex::Grow() {
  std::vector<Cell> old(std::max<size_t>(64, 2 * cells_.size()));
  old.swap(cells_);
  mask_ = cells_.size() - 1;
  for (const Cell& cell : old) {
    if (cell.slot != kNone) Put(cell.tag, cell.slot);
  }
}

// No tombstones: the entries that follow in the run move back, but not past their home cell.
void DigestIndex::Erase(uint32_t tag, uint32_t slot) {
  size_t hole = tag & mask_;
  while (cells_[hole].slot != slot) hole = (hole + 1) & mask_;
  for (size_t at = (hole + 1) & mask_; cells_[at].slot != kNone; at = (at + 1) & mask_) {
    const size_t home = cells_[at].tag & mask_;
    const bool may_move = ((at - home) & mask_) >= ((at - hole) & mask_);
    if (!may_move) continue;
    cells_[hole] = cells_[at];
    hole = at;
  }
  cells_[hole] = {};
  --size_;
}

void DigestIndex::Clear() {
  std::vector<Cell>().swap(cells_);
  mask_ = size_ = 0;
}

}  // namespace banto::cache
