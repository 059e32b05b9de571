// One JSON value out of the parts in which a stream tells it, added up as the official SDKs do
// (openai-python's accumulate_delta, wire-compatibility.md §4.2): texts join, elements that name
// the same index are one, null never replaces a value. Values stay as their sender spelt them: no
// number is parsed, no text decoded. Pure; the parts must outlive it.
#ifndef BANTO_PROXY_API_MERGED_JSON_H_
#define BANTO_PROXY_API_MERGED_JSON_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/json_text.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {

// What a later value does to an earlier one.
enum class Merge : uint8_t {
  kLast,     // replaces it, unless it is null or ""
  kFirst,    // is ignored, unless the earlier was null or ""
  kOnce,     // a text: is ignored where it is the earlier told again, else joined
  kJoin,     // is added: text to text, elements to elements, members to members
  kByIndex,  // … and elements with an earlier one's `index` are added to that
  kByPlace,  // … or, where they name none, to the one in the same place
  kDrop,     // this member is no part of the sum
};

struct MergeRules {
  struct Named {
    std::string_view key;
    Merge merge;
    const MergeRules* inside = nullptr;  // for its members, or those of its elements
  };
  Merge texts, arrays, objects;  // numbers and literals: kLast
  std::span<const Named> named = {};
};

class MergedJson {
 public:
  struct Member;
  struct Item;
  struct Trace;

  // Adds the value at the cursor, which is consumed. False: it is malformed, or larger or deeper
  // than what is added up here.
  bool Add(json::JsonCursor* json, Merge merge, const MergeRules& rules, Trace* trace,
           int depth = 0);
  // The same for an object in full.
  bool AddObject(RawJson object, const MergeRules& rules, Trace* trace = nullptr);
  // Adds a text, with its quotes. False: that changed nothing.
  bool AddText(RawJson text, Merge merge);

  // Whether it is null, "" or [].
  bool empty() const;
  void AppendTo(std::string* out) const;
  // Of an object; nullptr: it has no such member.
  const MergedJson* Find(std::string_view key) const;
  // In the order in which they first appeared.
  const std::vector<Member>& members() const { return members_; }
  // Of an array merged by index, in the order of the indexes.
  const std::vector<Item>& items() const { return items_; }

 private:
  enum class Shape : uint8_t {
    kRaw,      // raw_
    kText,     // joined_, the inside of a string
    kList,     // joined_, the inside of an array
    kItems,    // items_
    kMembers,  // members_
  };
  void AddElements(RawJson array, Trace* trace);
  bool AddItems(json::JsonCursor* json, bool by_place, const MergeRules& rules, Trace* trace,
                int depth);
  bool AddMembers(json::JsonCursor* json, const MergeRules& rules, Trace* trace, int depth);
  void BeShaped(Shape shape, Trace* trace);
  Member* MemberAt(std::string_view key, size_t hint, Trace* trace);
  Item* ItemAt(int64_t index, Trace* trace);
  bool Replace(RawJson value, Merge merge);
  int Worth() const;

  Shape shape_ = Shape::kRaw;
  RawJson raw_;
  std::string joined_;
  std::vector<Item> items_;
  std::vector<Member> members_;
};

// What adding a value did beside telling again what had been told. A further value that says the
// same around other texts in the places of these does the same with them, unless there is more.
struct MergedJson::Trace {
  struct Text {
    MergedJson* to;
    Merge merge;
    RawJson text;
  };
  static constexpr size_t kTextsMax = 4;

  void Did(MergedJson* to, Merge merge, RawJson text) {
    more = more || count == kTextsMax;
    if (!more) texts[count++] = {to, merge, text};
  }
  // The member or element in this place is added to. If it is for the second time, what the first
  // did to it is undone or done over by the second.
  void Visit(size_t place, uint64_t* visited) {
    const uint64_t bit = uint64_t{1} << (place % 64);
    more = more || place >= 64 || (*visited & bit) != 0;
    *visited |= bit;
  }

  std::array<Text, kTextsMax> texts;  // as they stand in the value
  size_t count = 0;
  bool more = false;  // it said something new, or added elements
};

struct MergedJson::Member {
  std::string_view key;
  MergedJson value;
};

struct MergedJson::Item {
  static constexpr int64_t kNone = INT64_MAX;  // it named none
  int64_t index;
  MergedJson value;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_MERGED_JSON_H_
