// The members of the objects being read, innermost last, and the order in which those of closed
// objects are to be written (json_order.h). Internal to json_scan; not thread-safe.
#ifndef BANTO_PROXY_JSON_JSON_OPEN_MEMBERS_H_
#define BANTO_PROXY_JSON_JSON_OPEN_MEMBERS_H_

#include <cstdint>

#include "proxy/json/json_order.h"
#include "proxy/json/json_scan.h"
#include "proxy/json/json_stack.h"

namespace banto::json {

// What is wrong with the keys of an object when it closes.
enum class JsonKeys : uint8_t {
  kGood,
  kDuplicate,
  kTooMany,  // more than kMembersMax together with those of objects closed before
};

class JsonOpenMembers {
 public:
  // An object being read.
  struct Object {
    uint32_t begin;  // of its text in the draft
    uint32_t first;  // its first member
    uint32_t slot;   // in the order (kText only)
  };

  void Clear() {
    members_.Clear();
    order_.Clear();
    left_ = JsonScan::kMembersMax;
  }

  template <bool kText>
  void Open(uint32_t begin, Object* object) {
    object->begin = begin;
    object->first = static_cast<uint32_t>(members_.size());
    if constexpr (kText) object->slot = order_.Open();
  }
  // Adds a member to the innermost object. Uninitialized.
  JsonRange& Push() { return members_.Push(); }
  JsonRange& back() { return members_.back(); }
  // The slot that the next object will get.
  uint32_t slots() const { return order_.slots(); }

  // Closes the innermost object, which ends before draft[end].
  template <bool kText>
  JsonKeys Close(const Object& object, const char* draft, uint32_t end);

  // Closes the top-level object (kText only). Its members are accessed one by one, so they stay in
  // their original order.
  JsonKeys CloseTop();
  // Appends the indexes of the top-level members in key order.
  JsonKeys SortTop(const char* draft, JsonStack<uint32_t>* sorted) const;
  // Writes the top-level values in which something was out of order again, at draft[end], and
  // updates `members`.
  void EmitTop(char* draft, uint32_t end, JsonStack<JsonMember>* members);

 private:
  JsonStack<JsonRange> members_;
  JsonOrder order_;
  size_t left_ = JsonScan::kMembersMax;  // budget for the objects that are still open
};

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_OPEN_MEMBERS_H_
