// Puts the members of JSON objects into key order, at every depth, in one linear copy. Internal to
// json_scan.
//
// The scan writes a *draft*: canonical tokens, but members as they came. An object whose keys came
// in order costs nothing. Of the others the members' places are kept, sorted; Emit() then copies a
// value of the draft and visits the members of each such object in their sorted order. Moving bytes
// when an object closes would be simpler, but it moves a deeply nested body once for every level,
// and a body is an attacker's to shape.
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
  uint64_t key_head;            // the key's first eight bytes as a number: settles most comparisons
  uint32_t key_begin, key_end;  // between the quotes
  uint32_t end;                 // past the value
  uint32_t slot;                // the first slot opened inside the value
};

inline std::string_view JsonKeyOf(const JsonRange& r, const char* draft) {
  return {draft + r.key_begin, r.key_end - r.key_begin};
}

// key[0..8) must be readable whatever the size. What a short key lacks counts as zero, which no
// canonical key holds.
inline uint64_t JsonKeyHead(const char* key, size_t size) {
  uint64_t head;
  std::memcpy(&head, key, sizeof head);
  if constexpr (std::endian::native == std::endian::little) head = __builtin_bswap64(head);
  if (size >= sizeof head) return head;
  return size == 0 ? 0 : head & (~uint64_t{0} << (64 - 8 * size));
}

// Canonical spelling is one to one, so comparing what is written compares the keys.
inline bool JsonKeyLess(const JsonRange& a, const JsonRange& b, const char* draft) {
  if (a.key_head != b.key_head) return a.key_head < b.key_head;
  return JsonKeyOf(a, draft) < JsonKeyOf(b, draft);
}

// Whether each key is greater than the one before.
inline bool AreAscending(const JsonRange* first, const JsonRange* last, const char* draft) {
  while (++first < last) {
    if (!JsonKeyLess(first[-1], *first, draft)) return false;
  }
  return true;
}

// std::sort for what is nearly always a handful: its own set-up costs more than that.
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

// Sorts by key; false when two are equal.
bool SortByKey(JsonRange* first, JsonRange* last, const char* draft);

// Whether two keys are equal; may move the members.
bool HasEqualKeys(JsonRange* first, JsonRange* last, const char* draft);

class JsonOrder {
 public:
  void Clear() {
    slots_.Clear();
    kept_.Clear();
  }

  uint32_t slots() const { return static_cast<uint32_t>(slots_.size()); }

  // An object begins; returns its slot. Slots are numbered in the order of the objects' opening
  // braces.
  uint32_t Open() {
    slots_.Push().count = 0;
    return slots() - 1;
  }
  // It ended with its keys in order.
  void CloseOrdered(uint32_t slot) {
    // A slot that would only be stepped over is given back: most objects leave nothing behind.
    if (slot + 1 == slots()) slots_.Pop();
  }
  // It ended out of order and lies at draft[begin, end); the members are sorted.
  void CloseSorted(uint32_t slot, uint32_t begin, uint32_t end, const JsonRange* first,
                   const JsonRange* last);

  // Writes draft[begin, end) in order to `out`, which is as long. `slot`: the first one opened
  // inside it.
  void Emit(const char* draft, uint32_t begin, uint32_t end, uint32_t slot, char* out);

 private:
  struct Slot {
    uint32_t begin, end;  // the object with its braces
    uint32_t first,
        count;      // in kept_; count 0: its keys came in order, only something inside did not
    uint32_t next;  // the first slot behind it
  };
  // A stretch of draft still to be written.
  struct Stretch {
    uint32_t at, end, slot;
    bool comma;  // it is a member, not the first: a comma goes before it
  };

  void PushMembers(const Slot& object);

  JsonStack<Slot> slots_;
  JsonStack<JsonRange> kept_;
  JsonStack<Stretch> todo_;  // the innermost last
};

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_ORDER_H_
