#include "proxy/question/request_memo.h"

#include <utility>

namespace banto {

const KnownRequest* RequestMemo::Find(const cache::MacTag& tag) const {
  if (sets_.empty()) return nullptr;
  const Set& set = sets_[SetOf(tag)];
  for (size_t way = 0; way < kWays; ++way) {
    if (set.tags[way] == tag && set.known[way].target.group != nullptr) return &set.known[way];
  }
  return nullptr;
}

void RequestMemo::Keep(const cache::MacTag& tag, KnownRequest known) {
  if (sets_.empty()) sets_.resize(kSets);
  Set& set = sets_[SetOf(tag)];
  size_t way = 0;
  while (way < kWays && set.known[way].target.group != nullptr) ++way;
  if (way == kWays) way = next_victim_++ % kWays;
  set.tags[way] = tag;
  set.known[way] = std::move(known);
}

}  // namespace banto
