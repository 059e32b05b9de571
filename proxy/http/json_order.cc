#include "proxy/http/json_order.h"

#include <algorithm>
#include <cstring>

#include "proxy/http/json_run.h"

namespace banto::http {
namespace {

// Both texts have kJsonRunSlackBytes of room behind them, and most stretches are short: two vectors
// at once cost less than asking memcpy to find that out.
char* Append(const char* from, uint32_t begin, uint32_t end, char* out) {
  const size_t size = end - begin;
  if (size <= kJsonRunSlackBytes) {
    char stretch[kJsonRunSlackBytes];
    std::memcpy(stretch, from + begin, sizeof stretch);
    std::memcpy(out, stretch, sizeof stretch);
  } else {
    std::memcpy(out, from + begin, size);
  }
  return out + size;
}

}  // namespace

bool SortByKey(JsonRange* first, JsonRange* last, const char* draft) {
  std::sort(first, last,
            [draft](const JsonRange& a, const JsonRange& b) { return JsonKeyLess(a, b, draft); });
  // Sorted, so "not less" is "equal".
  return std::adjacent_find(first, last, [draft](const JsonRange& a, const JsonRange& b) {
           return !JsonKeyLess(a, b, draft);
         }) == last;
}

void JsonOrder::Clear() {
  slots_.clear();
  kept_.clear();
}

uint32_t JsonOrder::Open() {
  slots_.emplace_back();
  return slots() - 1;
}

void JsonOrder::CloseOrdered(uint32_t slot) {
  // A slot that would only be stepped over is given back: most objects leave nothing behind.
  if (slot + 1 == slots()) slots_.pop_back();
}

void JsonOrder::CloseSorted(uint32_t slot, uint32_t begin, uint32_t end, const JsonRange* first,
                            const JsonRange* last) {
  slots_[slot] = {begin, end, static_cast<uint32_t>(kept_.size()),
                  static_cast<uint32_t>(last - first), slots()};
  kept_.insert(kept_.end(), first, last);
}

void JsonOrder::Emit(const char* draft, uint32_t begin, uint32_t end, uint32_t slot, char* out) {
  todo_.clear();
  todo_.push_back({begin, end, slot, false});
  while (!todo_.empty()) {
    Stretch& now = todo_.back();
    if (now.comma) *out++ = ',';
    now.comma = false;
    while (now.slot < slots() && slots_[now.slot].count == 0) ++now.slot;
    if (now.slot == slots() || slots_[now.slot].begin >= now.end) {
      out = Append(draft, now.at, now.end, out);
      todo_.pop_back();
      continue;
    }
    const Slot& object = slots_[now.slot];
    out = Append(draft, now.at, object.begin + 1, out);
    now.at = object.end - 1;
    now.slot = object.next;
    PushMembers(object);
  }
}

void JsonOrder::PushMembers(const Slot& object) {
  for (uint32_t i = object.count; i-- > 0;) {
    const JsonRange& member = kept_[object.first + i];
    Stretch& stretch = todo_.emplace_back();
    stretch.at = member.key_begin - 1;
    stretch.end = member.end;
    stretch.slot = member.slot;
    stretch.comma = i > 0;
  }
}

void JsonOrder::Release() { *this = JsonOrder(); }

}  // namespace banto::http
