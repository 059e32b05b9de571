#include "proxy/request_memo.h"

#include <utility>

namespace banto {

const KnownRequest* RequestMemo::Find(const cache::MacTag& tag) const {
  if (slots_.empty()) return nullptr;
  const Slot* const set = &slots_[SetOf(tag) * kWays];
  for (const Slot* slot = set; slot != set + kWays; ++slot) {
    if (slot->tag == tag && slot->known.group != nullptr) return &slot->known;
  }
  return nullptr;
}

void RequestMemo::Keep(const cache::MacTag& tag, KnownRequest known) {
  if (slots_.empty()) slots_.resize(kSets * kWays);
  Slot* const set = &slots_[SetOf(tag) * kWays];
  Slot* slot = set;
  while (slot != set + kWays && slot->known.group != nullptr) ++slot;
  if (slot == set + kWays) slot = set + next_victim_++ % kWays;
  *slot = {tag, std::move(known)};
}

}  // namespace banto
