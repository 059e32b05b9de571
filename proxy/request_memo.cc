#include "proxy/request_memo.h"

#include <utility>

namespace banto {

const KnownRequest* RequestMemo::Find(const cache::MacTag& tag) const {
  if (slots_.empty()) return nullptr;
  const Slot& slot = slots_[SlotOf(tag)];
  return slot.known.group != nullptr && slot.tag == tag ? &slot.known : nullptr;
}

void RequestMemo::Keep(const cache::MacTag& tag, KnownRequest known) {
  if (slots_.empty()) slots_.resize(kSlots);
  slots_[SlotOf(tag)] = {tag, std::move(known)};
}

}  // namespace banto
