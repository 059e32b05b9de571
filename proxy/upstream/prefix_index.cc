#include "proxy/upstream/prefix_index.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace banto::upstream {

void PrefixMatches::Clear() {
  for (const uint16_t holder : seen_) blocks_[holder] = 0;
  seen_.clear();
}

bool PrefixMatches::Note(uint16_t holder, uint32_t from, uint32_t blocks) {
  if (holder >= blocks_.size()) blocks_.resize(holder + size_t{1});
  uint32_t& had = blocks_[holder];
  if (had != from) return false;
  if (from == 0) seen_.push_back(holder);
  had = blocks;
  return true;
}

PrefixIndex::PrefixIndex(size_t bytes_max)
    : shards_(std::make_unique<PrefixShard[]>(kShards)),
      horizons_(std::make_unique<PrefixHorizons>()),
      places_max_(std::bit_floor(bytes_max / kShards / PrefixShard::kPlaceBytes)) {}

std::unique_ptr<PrefixHolder> PrefixIndex::NewHolder() {
  uint16_t id;
  uint64_t clock = 0;
  {
    std::lock_guard lock(ids_mutex_);
    if (!free_ids_.empty()) {
      std::tie(id, clock) = free_ids_.back();
      free_ids_.pop_back();
    } else if (next_id_ < PrefixHorizons::kHoldersMax) {
      id = next_id_++;
    } else {
      return nullptr;
    }
  }
  return std::unique_ptr<PrefixHolder>(new PrefixHolder(shared_from_this(), id, clock));
}

void PrefixIndex::Release(uint16_t id, uint64_t clock) {
  // What it left behind is older than anything of the next one with this number.
  horizons_->Of(id).store(PrefixUse::kStampMask, std::memory_order_relaxed);
  std::lock_guard lock(ids_mutex_);
  free_ids_.emplace_back(id, clock);
}

// What is held is a beginning, as ends are forgotten first: who has the last block of a stretch has
// all of it, and the blocks between are only looked at if somebody has not.
void PrefixIndex::Match(PrefixChain chain, PrefixMatches* matches) const {
  matches->Clear();
  size_t holders = 1;  // that have all up to here
  for (size_t first = 0; first < chain.size() && holders > 0; first += kStretchBlocks) {
    const PrefixShard& shard = ShardOf(chain, first);
    const size_t last = std::min(chain.size(), first + kStretchBlocks) - 1;
    std::lock_guard lock(shard.mutex);
    for (size_t at = first; at <= last; ++at) shard.Prefetch(chain[at]);
    const size_t begun = Note(shard, chain, first, first, matches);
    if (begun == 0) return;
    holders = last == first ? begun : Note(shard, chain, first + 1, last, matches);
    size_t others = begun - holders;
    for (size_t at = first + 1; others > 0 && at < last; ++at)
      others = Note(shard, chain, at, at, matches);
  }
}

// Notes who has the block at `at` and all before `from`; returns how many.
size_t PrefixIndex::Note(const PrefixShard& shard, PrefixChain chain, size_t from, size_t at,
                         PrefixMatches* matches) const {
  size_t holders = 0;
  for (const PrefixUse use : shard.Find(chain[at])) {
    if (use.bits == 0 || !horizons_->IsHeld(use)) continue;
    holders +=
        matches->Note(use.holder(), static_cast<uint32_t>(from), static_cast<uint32_t>(at + 1)) ? 1
                                                                                                : 0;
  }
  return holders;
}

template <typename Visit>
void PrefixIndex::Backwards(PrefixChain chain, Visit visit) {
  const size_t stretches = (chain.size() + kStretchBlocks - 1) / kStretchBlocks;
  for (size_t left = stretches; left > 0; --left) {
    const size_t first = (left - 1) * kStretchBlocks;
    PrefixShard& shard = ShardOf(chain, first);
    std::lock_guard lock(shard.mutex);
    for (size_t at = std::min(chain.size(), first + kStretchBlocks); at > first; --at)
      visit(&shard, at - 1);
  }
}

// The end first, so that it is the older part: a beginning without its end is worth more than an
// end without its beginning.
uint32_t PrefixIndex::Insert(PrefixChain chain, PrefixHolder* holder, bool* lately) {
  auto had = static_cast<uint32_t>(chain.size());
  std::lock_guard lock(holder->mutex_);
  Backwards(chain, [&](PrefixShard* shard, size_t at) {
    PrefixUse* const use = shard->Use(chain[at], holder->id(), *horizons_, places_max_);
    const bool held = use->bits != 0 && horizons_->IsHeld(*use);
    if (held && at + 1 == had && lately != nullptr) *lately = holder->UsedLately(use->stamp());
    if (!held) had = static_cast<uint32_t>(at);
    *use = PrefixUse::Of(holder->id(), held ? holder->UseAgain(use->stamp()) : holder->AddNew());
  });
  return had;
}

void PrefixIndex::Remove(PrefixChain chain, uint32_t kept, PrefixHolder* holder) {
  std::lock_guard lock(holder->mutex_);
  Backwards(chain, [&](PrefixShard* shard, size_t at) {
    if (at < kept) return;
    for (const PrefixUse& use : shard->Find(chain[at])) {
      if (use.holder() != holder->id() || !horizons_->IsHeld(use)) continue;
      holder->Remove(use.stamp());
      *shard->Use(chain[at], holder->id(), *horizons_, places_max_) = {};
      return;
    }
  });
}

size_t PrefixIndex::bytes() const {
  size_t bytes = 0;
  for (size_t i = 0; i < kShards; ++i) {
    std::lock_guard lock(shards_[i].mutex);
    bytes += shards_[i].bytes();
  }
  return bytes;
}

}  // namespace banto::upstream
