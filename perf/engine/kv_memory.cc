#include "perf/engine/kv_memory.h"

#include <algorithm>

namespace banto::perf {

KvMemory::Found KvMemory::Find(Chain chain, size_t blocks_max) const {
  Found found;
  const size_t end = std::min(chain.size(), blocks_max);
  while (found.blocks < end) {
    const auto block = blocks_.find(chain[found.blocks]);
    if (block == blocks_.end()) break;
    ++found.blocks;
    if (block->second.users == 0) ++found.idle;
  }
  return found;
}

void KvMemory::Hold(Chain found) {
  for (const uint64_t hash : found) {
    Block& block = blocks_.at(hash);
    if (block.users++ == 0) idle_.erase(block.idle);
  }
}

void KvMemory::Release(Chain held) {
  for (size_t i = held.size(); i-- > 0;) {
    Block& block = blocks_.at(held[i]);
    if (--block.users == 0) block.idle = idle_.insert(idle_.end(), held[i]);
  }
}

void KvMemory::Publish(uint64_t hash) {
  own_ -= kBlockTokens;
  const auto [block, is_new] = blocks_.try_emplace(hash);
  // Computed twice at the same time: one copy stays.
  if (!is_new && block->second.users == 0) idle_.erase(block->second.idle);
  ++block->second.users;
}

int64_t KvMemory::Used() const {
  return static_cast<int64_t>(blocks_.size()) * kBlockTokens + own_;
}

bool KvMemory::HasRoom(int64_t tokens, size_t idle, int64_t reserve) const {
  if (!remembers()) return true;
  const auto spare = static_cast<int64_t>(idle_.size() - idle) * kBlockTokens;
  return capacity_ - Used() + spare >= tokens + reserve;
}

bool KvMemory::Take(int64_t tokens) {
  if (remembers()) {
    if (!HasRoom(tokens, 0, 0)) return false;
    while (Used() + tokens > capacity_) {
      blocks_.erase(idle_.front());
      idle_.pop_front();
    }
  }
  own_ += tokens;
  return true;
}

double KvMemory::in_use() const {
  if (!remembers()) return 0;
  const auto idle = static_cast<int64_t>(idle_.size()) * kBlockTokens;
  return static_cast<double>(Used() - idle) / static_cast<double>(capacity_);
}

}  // namespace banto::perf
