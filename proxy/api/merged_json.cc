#include "proxy/api/merged_json.h"

#include <algorithm>
#include <utility>

namespace banto::api {
namespace {

using json::JsonCursor;

// What no honest answer has more of; a search among them stays short.
constexpr size_t kMembersMax = 256, kItemsMax = 4096;
constexpr int kDepthMax = 32;

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

bool MergedJson::AddObject(RawJson object, const MergeRules& rules) {
  JsonCursor json(object);
  return json.Peek() == '{' && Add(&json, Merge::kJoin, rules) && json.Finish() && json.utf8_ok();
}

bool MergedJson::Add(JsonCursor* json, Merge merge, const MergeRules& rules, int depth) {
  const bool by_index = merge == Merge::kByIndex || merge == Merge::kByPlace;
  const bool joins = merge == Merge::kJoin || by_index;
  const char first = json->Peek();
  if (depth > kDepthMax) return false;
  if (joins && first == '{') return AddMembers(json, rules, depth);
  if (by_index && first == '[') return AddItems(json, merge == Merge::kByPlace, rules, depth);
  const RawJson value = json->Skip();
  if (value.empty()) return false;
  if (merge == Merge::kOnce && shape_ == Shape::kRaw && raw_ == value) return true;
  if ((joins || merge == Merge::kOnce) && first == '"') return AddText(value);
  if (joins && first == '[') return AddElements(value);
  Replace(value, merge);
  return true;
}

// How much a value says: nothing yet, null, "", anything else.
int MergedJson::Worth() const {
  if (shape_ != Shape::kRaw) return 3;
  if (raw_.empty() || raw_ == "null") return raw_.empty() ? 0 : 1;
  return raw_ == "\"\"" ? 2 : 3;
}

void MergedJson::Replace(RawJson value, Merge merge) {
  MergedJson later;
  later.raw_ = value;
  const int worth = later.Worth();
  if (worth > Worth() || (worth == 3 && merge != Merge::kFirst)) *this = std::move(later);
}

bool MergedJson::AddText(RawJson text) {
  const bool is_text = shape_ == Shape::kText || (!raw_.empty() && raw_.front() == '"');
  if (!is_text || Worth() < 3) {
    Replace(text, Merge::kLast);
    return true;
  }
  if (shape_ == Shape::kRaw) {
    shape_ = Shape::kText;
    joined_ = json::Unquoted(raw_);
  }
  joined_ += json::Unquoted(text);
  return true;
}

bool MergedJson::AddElements(RawJson array) {
  const bool is_list = shape_ == Shape::kList || (!raw_.empty() && raw_.front() == '[');
  if (!is_list) {
    Replace(array, Merge::kLast);
    return true;
  }
  const RawJson more = InsideOf(array);
  if (shape_ == Shape::kRaw) {
    shape_ = Shape::kList;
    joined_ = InsideOf(raw_);
  }
  if (!more.empty() && !joined_.empty()) joined_ += ',';
  joined_ += more;
  return true;
}

bool MergedJson::AddItems(JsonCursor* json, bool by_place, const MergeRules& rules, int depth) {
  if (shape_ != Shape::kItems) *this = MergedJson();
  shape_ = Shape::kItems;
  json->EnterArray();
  for (int64_t place = 0; json->NextElement(); ++place) {
    int64_t index = IndexOf(*json);
    if (index == Item::kNone && by_place) index = place;
    MergedJson* const item = ItemAt(index);
    if (item == nullptr || !item->Add(json, Merge::kJoin, rules, depth + 1)) return false;
  }
  return json->ok();
}

bool MergedJson::AddMembers(JsonCursor* json, const MergeRules& rules, int depth) {
  if (shape_ != Shape::kMembers) *this = MergedJson();
  shape_ = Shape::kMembers;
  json->EnterObject();
  std::string_view key;
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
    MergedJson* const member = MemberAt(key, at);
    if (member == nullptr || !member->Add(json, merge, *inside, depth + 1)) return false;
  }
  return json->ok();
}

// `hint`: its place, if all parts have the same members.
MergedJson* MergedJson::MemberAt(std::string_view key, size_t hint) {
  if (hint < members_.size() && members_[hint].key == key) return &members_[hint].value;
  for (Member& member : members_) {
    if (member.key == key) return &member.value;
  }
  if (members_.size() >= kMembersMax) return nullptr;
  return &members_.emplace_back(Member{key, {}}).value;
}

MergedJson* MergedJson::ItemAt(int64_t index) {
  const auto after = index == Item::kNone
                         ? items_.end()
                         : std::lower_bound(items_.begin(), items_.end(), index,
                                            [](const Item& i, int64_t n) { return i.index < n; });
  if (after != items_.end() && after->index == index) return &after->value;
  if (items_.size() >= kItemsMax) return nullptr;
  return &items_.insert(after, Item{index, {}})->value;
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
