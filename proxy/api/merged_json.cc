#include "proxy/api/merged_json.h"

#include <algorithm>
#include <utility>

namespace banto::api {
namespace {

using json::JsonCursor;

// What no honest answer has more of; a search among them stays short.
constexpr size_t kMembersMax = 256, kItemsMax = 4096;
constexpr int kDepthMax = 32;
// What an answer, a choice or a block has.
constexpr size_t kMembersUsual = 8;

// How much a value says: nothing yet, null, "", anything else.
constexpr int kSaysSomething = 3;
int WorthOf(RawJson value) {
  if (value.empty() || value == "null") return value.empty() ? 0 : 1;
  return value == "\"\"" ? 2 : kSaysSomething;
}

RawJson InsideOf(RawJson array) {
  RawJson inside = array.substr(1, array.size() - 2);
  const size_t begin = inside.find_first_not_of(" \t\r\n");
  return begin == RawJson::npos ? RawJson() : inside.substr(begin);
}

// The `index` of the object at the cursor, which stays where it is.
int64_t IndexOf(JsonCursor json) {
  std::string_view key;
  if (!json.EnterObject()) return MergedJson::Item::kNone;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key != "index") continue;
    const int64_t index = json::IntegerOr(value, -1);
    return index < 0 ? MergedJson::Item::kNone : index;
  }
  return MergedJson::Item::kNone;
}

Merge MergeOf(const MergeRules& rules, char first) {
  if (first == '"') return rules.texts;
  if (first == '[') return rules.arrays;
  return first == '{' ? rules.objects : Merge::kLast;
}

}  // namespace

bool MergedJson::AddObject(RawJson object, const MergeRules& rules, Trace* trace) {
  JsonCursor json(object);
  Trace unread;
  if (trace == nullptr) trace = &unread;
  return json.Peek() == '{' && Add(&json, Merge::kJoin, rules, trace) && json.Finish() &&
         json.utf8_ok();
}

bool MergedJson::Add(JsonCursor* json, Merge merge, const MergeRules& rules, Trace* trace,
                     int depth) {
  const bool by_index = merge == Merge::kByIndex || merge == Merge::kByPlace;
  const bool joins = merge == Merge::kJoin || by_index;
  const char first = json->Peek();
  if (depth > kDepthMax) return false;
  if (joins && first == '{') return AddMembers(json, rules, trace, depth);
  if (by_index && first == '[')
    return AddItems(json, merge == Merge::kByPlace, rules, trace, depth);
  const RawJson value = json->Skip();
  if (value.empty()) return false;
  if (first == '"') {
    if (AddText(value, merge)) trace->Did(this, merge, value);
  } else if (joins && first == '[') {
    AddElements(value, trace);
  } else if (Replace(value, merge)) {
    trace->more = true;
  }
  return true;
}

int MergedJson::Worth() const { return shape_ == Shape::kRaw ? WorthOf(raw_) : kSaysSomething; }

// False: it does not.
bool MergedJson::Replace(RawJson value, Merge merge) {
  if (shape_ == Shape::kRaw && raw_ == value) return false;
  const int worth = WorthOf(value);
  if (worth <= Worth() && (worth < kSaysSomething || merge == Merge::kFirst)) return false;
  if (shape_ != Shape::kRaw) *this = MergedJson();
  raw_ = value;
  return true;
}

bool MergedJson::AddText(RawJson text, Merge merge) {
  if (merge == Merge::kLast || merge == Merge::kFirst) return Replace(text, merge);
  if (shape_ != Shape::kText) {
    const bool told_again = shape_ == Shape::kRaw && raw_ == text;
    if (merge == Merge::kOnce && told_again) return false;
    const bool is_text = !raw_.empty() && raw_.front() == '"';
    if (!is_text || Worth() < kSaysSomething) return Replace(text, Merge::kLast);
    shape_ = Shape::kText;
    joined_ = json::Unquoted(raw_);
  }
  joined_.append(text, 1, text.size() - 2);
  return true;
}

void MergedJson::AddElements(RawJson array, Trace* trace) {
  const bool is_list = shape_ == Shape::kList || (!raw_.empty() && raw_.front() == '[');
  const RawJson more = InsideOf(array);
  if (!is_list) {
    trace->more = Replace(array, Merge::kLast) || trace->more;
    return;
  }
  trace->more = trace->more || !more.empty();
  if (shape_ == Shape::kRaw) {
    shape_ = Shape::kList;
    joined_ = InsideOf(raw_);
  }
  if (!more.empty() && !joined_.empty()) joined_ += ',';
  joined_ += more;
}

void MergedJson::BeShaped(Shape shape, Trace* trace) {
  if (shape_ == shape) return;
  *this = MergedJson();
  shape_ = shape;
  trace->more = true;
}

bool MergedJson::AddItems(JsonCursor* json, bool by_place, const MergeRules& rules, Trace* trace,
                          int depth) {
  BeShaped(Shape::kItems, trace);
  json->EnterArray();
  uint64_t visited = 0;
  for (int64_t place = 0; json->NextElement(); ++place) {
    int64_t index = IndexOf(*json);
    if (index == Item::kNone && by_place) index = place;
    Item* const item = ItemAt(index, trace);
    if (item == nullptr) return false;
    trace->Visit(static_cast<size_t>(item - items_.data()), &visited);
    if (!item->value.Add(json, Merge::kJoin, rules, trace, depth + 1)) return false;
  }
  return json->ok();
}

bool MergedJson::AddMembers(JsonCursor* json, const MergeRules& rules, Trace* trace, int depth) {
  BeShaped(Shape::kMembers, trace);
  json->EnterObject();
  std::string_view key;
  uint64_t visited = 0;
  for (size_t at = 0; json->NextMember(&key); ++at) {
    Merge merge = MergeOf(rules, json->Peek());
    const MergeRules* inside = &rules;
    for (const MergeRules::Named& named : rules.named) {
      if (named.key != key) continue;
      merge = named.merge;
      if (named.inside != nullptr) inside = named.inside;
    }
    if (merge == Merge::kDrop) {
      json->Skip();
      continue;
    }
    Member* const member = MemberAt(key, at, trace);
    if (member == nullptr) return false;
    trace->Visit(static_cast<size_t>(member - members_.data()), &visited);
    if (!member->value.Add(json, merge, *inside, trace, depth + 1)) return false;
  }
  return json->ok();
}

// `hint`: its place, if all parts have the same members.
MergedJson::Member* MergedJson::MemberAt(std::string_view key, size_t hint, Trace* trace) {
  if (hint < members_.size() && members_[hint].key == key) return &members_[hint];
  for (Member& member : members_) {
    if (member.key == key) return &member;
  }
  if (members_.size() >= kMembersMax) return nullptr;
  trace->more = true;
  if (members_.empty()) members_.reserve(kMembersUsual);
  return &members_.emplace_back(Member{key, {}});
}

MergedJson::Item* MergedJson::ItemAt(int64_t index, Trace* trace) {
  const auto after = index == Item::kNone
                         ? items_.end()
                         : std::lower_bound(items_.begin(), items_.end(), index,
                                            [](const Item& i, int64_t n) { return i.index < n; });
  if (after != items_.end() && after->index == index) return &*after;
  if (items_.size() >= kItemsMax) return nullptr;
  trace->more = true;
  return &*items_.insert(after, Item{index, {}});
}

bool MergedJson::empty() const {
  switch (shape_) {
    case Shape::kRaw:
      return raw_.empty() || raw_ == "null" || raw_ == "\"\"" || raw_ == "[]";
    case Shape::kText:
    case Shape::kList:
      return joined_.empty();
    case Shape::kItems:
      return items_.empty();
    case Shape::kMembers:
      return false;
  }
  return false;
}

const MergedJson* MergedJson::Find(std::string_view key) const {
  for (const Member& member : members_) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

void MergedJson::AppendTo(std::string* out) const {
  if (shape_ == Shape::kRaw) return AppendOneLine(raw_, out);
  if (shape_ == Shape::kText) return AppendQuoted(joined_, out);
  const bool is_object = shape_ == Shape::kMembers;
  *out += is_object ? '{' : '[';
  if (shape_ == Shape::kList) *out += joined_;
  const size_t begin = out->size();
  for (const Item& item : items_) {
    if (out->size() > begin) *out += ',';
    item.value.AppendTo(out);
  }
  for (const Member& member : members_) {
    if (out->size() > begin) *out += ',';
    AppendQuoted(member.key, out);
    *out += ':';
    member.value.AppendTo(out);
  }
  *out += is_object ? '}' : ']';
}

}  // namespace banto::api
