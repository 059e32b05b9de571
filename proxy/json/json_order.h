// Puts the members of JSON objects into key order, at every depth, in one linear copy. Internal to
// json_scan.
//
// The scan writes a *draft*: canonical tokens, with members in their original order. An object
// whose keys are already in order costs nothing. For the others the sorted places of the members
// are kept; Emit() then copies a value of the draft, visiting their members in sorted order. Moving
// bytes whenever an object closes would be simpler, but would move deeply nested data once per
// level, and the nesting is under an attacker's control.
#ifndef BANTO_PROXY_JSON_JSON_ORDER_H_
#define BANTO_PROXY_JSON_JSON_ORDER_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "proxy/json/json_stack.h"

namespace banto::json {

// A member's place in the draft, as offsets.
struct JsonRange {
  uint64_t key_head;            // the key's first eight bytes as a number; settles most comparisons
  uint32_t key_begin, key_end;  // between the quotes
  uint32_t end;                 // past the value
  uint32_t slot;                // the first slot opened inside the value
};

inline std::string_view JsonKeyOf(const JsonRange& r, const char* draft) {
  return {draft + r.key_begin, r.key_end - r.key_begin};
}

// key[0..8) must be readable whatever the size. Missing bytes of a short key count as zero, which
// no canonical key contains.
inline uint64_t JsonKeyHead(const char* key, size_t size) {
  uint64_t head;
  std::memcpy(&head, key, sizeof head);
  if constexpr (std::endian::native == std::endian::little) head = __builtin_bswap64(head);
  if (size >= sizeof head) return head;
  return size == 0 ? 0 : head & (~uint64_t{0} << (64 - 8 * size));
}

// The canonical spelling is unique, so comparing it compares the keys.
inline bool JsonKeyLess(const JsonRange& a, const JsonRange& b, const char* draft) {
  if (a.key_head != b.key_head) return a.key_head < b.key_head;
  return JsonKeyOf(a, draft) < JsonKeyOf(b, draft);
}

// Whether the keys are strictly ascending.
inline bool AreAscending(const JsonRange* first, const JsonRange* last, const char* draft) {
  while (++first < last) {
    if (!JsonKeyLess(first[-1], *first, draft)) return false;
  }
  return true;
}

// For a handful of items, the usual case: std::sort's set-up would cost more.
template <typename T, typename Less>
void SortFew(T* first, T* last, Less less) {
  constexpr ptrdiff_t kFewMax = 16;
  if (last - first > kFewMax) return std::sort(first, last, less);
  for (T* next = first; next != last; ++next) {
    const T item = *next;
    T* to = next;
    for (; to != first && less(item, to[-1]); --to) *to = to[-1];
    *to = item;
  }
}

// Sorts by key; returns false if two keys are equal.
bool SortByKey(JsonRange* first, JsonRange* last, const char* draft);

// Whether two keys are equal; may reorder the members.
bool HasEqualKeys(JsonRange* first, JsonRange* last, const char* draft);

class JsonOrder {
 public:
  void Clear() {
    slots_.Clear();
    kept_.Clear();
  }

  uint32_t slots() const { return static_cast<uint32_t>(slots_.size()); }

  // Opens an object and returns its slot. Slots are numbered in the order of opening braces.
  uint32_t Open() {
    slots_.Push().count = 0;
    return slots() - 1;
  }
  // Closes an object whose keys were in order.
  void CloseOrdered(uint32_t slot) {
    // Give back a slot that Emit() would only step over: most objects leave nothing behind.
    if (slot + 1 == slots()) slots_.Pop();
  }
  // Closes an object at draft[begin, end) whose keys were out of order; the members are sorted.
  void CloseSorted(uint32_t slot, uint32_t begin, uint32_t end, const JsonRange* first,
                   const JsonRange* last);

  // Writes draft[begin, end) in order to `out`, which must be as long. `slot`: the first one opened
  // inside it.
  void Emit(const char* draft, uint32_t begin, uint32_t end, uint32_t slot, char* out);

 private:
  struct Slot {
    uint32_t begin, end;  // the object with its braces
    uint32_t first,
        count;      // in kept_; count 0: its keys were in order, but not those of something inside
    uint32_t next;  // the first slot after it
  };
  // A part of the draft that is still to be written.
  struct Stretch {
    uint32_t at, end, slot;
    bool comma;  // a member other than the first, preceded by a comma
  };

  void PushMembers(const Slot& object);

  JsonStack<Slot> slots_;
  JsonStack<JsonRange> kept_;
  JsonStack<Stretch> todo_;  // the innermost last
};

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_ORDER_H_
