#include "proxy/upstream/prefix_holder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "proxy/upstream/prefix_index.h"

namespace banto::upstream {

PrefixHolder::PrefixHolder(std::shared_ptr<PrefixIndex> index, uint16_t id, uint64_t clock)
    : index_(std::move(index)), id_(id), clock_(clock) {
  stretches_.reserve(kStretchesMax);
  ForgetAllLocked();
  SetCapacity(kDefaultBlocks);
}

PrefixHolder::~PrefixHolder() { index_->Release(id_, clock_); }

uint32_t PrefixHolder::Insert(PrefixChain chain, bool* lately) {
  return index_->Insert(chain, this, lately);
}

void PrefixHolder::Remove(PrefixChain chain, uint32_t kept) { index_->Remove(chain, kept, this); }

std::atomic<uint64_t>& PrefixHolder::horizon() const { return index_->horizons_->Of(id_); }

void PrefixHolder::SetCapacity(int64_t blocks) {
  std::lock_guard lock(mutex_);
  assumed_ = std::clamp<int64_t>(blocks, 1, kBlocksMax);
  Fit();
}

void PrefixHolder::NoteCached(const CachedTokens& tokens) {
  std::lock_guard lock(mutex_);
  if (fit_.Note(tokens, forgot_)) Fit();
}

void PrefixHolder::Fit() {
  const double blocks = fit_.factor() * static_cast<double>(assumed_);
  capacity_ = std::clamp<int64_t>(std::llround(blocks), 1, kBlocksMax);
  stretch_blocks_ = (capacity_ - 1) / kStretchesOfCapacity + 1;
  while (held_ > capacity_) ForgetOldest();
}

int64_t PrefixHolder::capacity() const {
  std::lock_guard lock(mutex_);
  return capacity_;
}

void PrefixHolder::ForgetAll() {
  std::lock_guard lock(mutex_);
  ForgetAllLocked();
}

void PrefixHolder::ForgetAllLocked() {
  horizon().store(clock_, std::memory_order_relaxed);
  held_ = 0;
  forgot_ = false;
  stretches_.clear();
  BeginStretch();
}

int64_t PrefixHolder::held() const {
  std::lock_guard lock(mutex_);
  return held_;
}

uint64_t PrefixHolder::AddNew() {
  ++held_;
  const uint64_t stamp = Use();
  while (held_ > capacity_) ForgetOldest();
  return stamp;
}

uint64_t PrefixHolder::UseAgain(uint64_t stamp) {
  --At(stamp).blocks;
  return Use();
}

void PrefixHolder::Remove(uint64_t stamp) {
  --At(stamp).blocks;
  --held_;
}

PrefixHolder::Stretch& PrefixHolder::At(uint64_t stamp) {
  const auto next =
      std::upper_bound(stretches_.begin(), stretches_.end(), stamp,
                       [](uint64_t at, const Stretch& s) { return at < s.first_stamp; });
  return *std::prev(next);
}

// A block is used now: returns its stamp.
uint64_t PrefixHolder::Use() {
  if (stretches_.back().blocks >= stretch_blocks_) BeginStretch();
  ++stretches_.back().blocks;
  return clock_;
}

void PrefixHolder::BeginStretch() {
  if (stretches_.size() == kStretchesMax) JoinTwo();
  stretches_.push_back({++clock_, 0});
}

// Makes one of the two neighbours with the fewest blocks, which what is used again leaves behind.
void PrefixHolder::JoinTwo() {
  size_t at = 0;
  for (size_t i = 1; i + 1 < stretches_.size(); ++i) {
    if (stretches_[i].blocks + stretches_[i + 1].blocks <
        stretches_[at].blocks + stretches_[at + 1].blocks)
      at = i;
  }
  stretches_[at].blocks += stretches_[at + 1].blocks;
  stretches_.erase(stretches_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
}

bool PrefixHolder::UsedLately(uint64_t stamp) const {
  const size_t first = stretches_.size() - std::min(kStretchesLately, stretches_.size());
  return stamp >= stretches_[first].first_stamp;
}

void PrefixHolder::ForgetOldest() {
  forgot_ = true;
  if (stretches_.size() == 1) BeginStretch();
  held_ -= stretches_.front().blocks;
  stretches_.erase(stretches_.begin());
  horizon().store(stretches_.front().first_stamp - 1, std::memory_order_relaxed);
}

}  // namespace banto::upstream
