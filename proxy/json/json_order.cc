#include "proxy/json/json_order.h"

#include <cstring>

#include "proxy/json/json_run.h"

namespace banto::json {
namespace {

// Both texts have kJsonRunSlackBytes of slack and most stretches are short: copying two vectors
// unconditionally is cheaper than memcpy's dispatch on the size.
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
  SortFew(first, last,
          [draft](const JsonRange& a, const JsonRange& b) { return JsonKeyLess(a, b, draft); });
  return AreAscending(first, last, draft);
}

bool HasEqualKeys(JsonRange* first, JsonRange* last, const char* draft) {
  // Up to this many members all pairs are compared: a pair costs three instructions, and the key
  // heads nearly always differ.
  constexpr ptrdiff_t kPairsMax = 12;
  if (last - first > kPairsMax) {
    return !AreAscending(first, last, draft) && !SortByKey(first, last, draft);
  }
  for (const JsonRange* a = first; a != last; ++a) {
    for (const JsonRange* b = a + 1; b != last; ++b) {
      if (a->key_head == b->key_head && JsonKeyOf(*a, draft) == JsonKeyOf(*b, draft)) return true;
    }
  }
  return false;
}

void JsonOrder::CloseSorted(uint32_t slot, uint32_t begin, uint32_t end, const JsonRange* first,
                            const JsonRange* last) {
  slots_[slot] = {begin, end, static_cast<uint32_t>(kept_.size()),
                  static_cast<uint32_t>(last - first), slots()};
  for (; first != last; ++first) kept_.Push() = *first;
}

void JsonOrder::Emit(const char* draft, uint32_t begin, uint32_t end, uint32_t slot, char* out) {
  todo_.Clear();
  todo_.Push() = {begin, end, slot, false};
  while (!todo_.empty()) {
    Stretch& now = todo_.back();
    if (now.comma) *out++ = ',';
    now.comma = false;
    while (now.slot < slots() && slots_[now.slot].count == 0) ++now.slot;
    if (now.slot == slots() || slots_[now.slot].begin >= now.end) {
      out = Append(draft, now.at, now.end, out);
      todo_.Pop();
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
    Stretch& stretch = todo_.Push();
    stretch.at = member.key_begin - 1;
    stretch.end = member.end;
    stretch.slot = member.slot;
    stretch.comma = i > 0;
  }
}

}  // namespace banto::json
