// Puts the members of JSON objects into key order, at every depth, in one linear copy. Internal to
// json_scan.
//
// The scan writes a *draft*: canonical tokens, but members as they came. An object whose keys came
// in order costs nothing. Of the others the members' places are kept, sorted; Emit() then copies a
// value of the draft and visits the members of each such object in their sorted order. Moving bytes
// when an object closes would be simpler, but it moves a deeply nested body once for every level,
// and a body is an attacker's to shape.
#ifndef BANTO_PROXY_HTTP_JSON_ORDER_H_
#define BANTO_PROXY_HTTP_JSON_ORDER_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace banto::http {

// A member's place in the draft, as offsets.
struct JsonRange {
  uint64_t key_head = 0;  // the key's first eight bytes as a number: settles most comparisons
  uint32_t key_begin = 0, key_end = 0;  // between the quotes
  uint32_t end = 0;                     // past the value
  uint32_t slot = 0;                    // the first slot opened inside the value
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

// Sorts by key; false when two are equal.
bool SortByKey(JsonRange* first, JsonRange* last, const char* draft);

class JsonOrder {
 public:
  void Clear();

  uint32_t slots() const { return static_cast<uint32_t>(slots_.size()); }

  // An object begins; returns its slot. Slots are numbered in the order of the objects' opening
  // braces.
  uint32_t Open();
  // It ended with its keys in order.
  void CloseOrdered(uint32_t slot);
  // It ended out of order and lies at draft[begin, end); the members are sorted.
  void CloseSorted(uint32_t slot, uint32_t begin, uint32_t end, const JsonRange* first,
                   const JsonRange* last);

  // Writes draft[begin, end) in order to `out`, which is as long. `slot`: the first one opened
  // inside it.
  void Emit(const char* draft, uint32_t begin, uint32_t end, uint32_t slot, char* out);

  // Frees the memory kept for the next scan.
  void Release();

 private:
  struct Slot {
    uint32_t begin = 0, end = 0;  // the object with its braces
    uint32_t first = 0,
             count = 0;  // in kept_; count 0: its keys came in order, only something inside did not
    uint32_t next = 0;   // the first slot behind it
  };
  // A stretch of draft still to be written.
  struct Stretch {
    uint32_t at = 0, end = 0, slot = 0;
    bool comma = false;  // it is a member, not the first: a comma goes before it
  };

  void PushMembers(const Slot& object);

  std::vector<Slot> slots_;
  std::vector<JsonRange> kept_;
  std::vector<Stretch> todo_;  // the innermost last
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_JSON_ORDER_H_
