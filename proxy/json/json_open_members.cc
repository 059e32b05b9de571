#include "proxy/json/json_open_members.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace banto::json {

template <bool kText>
JsonKeys JsonOpenMembers::Close(const Object& object, const char* draft, uint32_t end) {
  JsonRange* const first = members_.begin() + object.first;
  JsonRange* const last = members_.end();
  const size_t count = static_cast<size_t>(last - first);
  if (count > left_) return JsonKeys::kTooMany;
  left_ -= count;
  JsonKeys keys = JsonKeys::kGood;
  if constexpr (!kText) {
    if (HasEqualKeys(first, last, draft)) keys = JsonKeys::kDuplicate;
  } else if (AreAscending(first, last, draft)) {
    order_.CloseOrdered(object.slot);
  } else {
    if (!SortByKey(first, last, draft)) keys = JsonKeys::kDuplicate;
    order_.CloseSorted(object.slot, object.begin, end, first, last);
  }
  members_.Truncate(object.first);
  return keys;
}

JsonKeys JsonOpenMembers::CloseTop() {
  if (members_.size() > left_) return JsonKeys::kTooMany;
  left_ -= members_.size();
  return JsonKeys::kGood;
}

JsonKeys JsonOpenMembers::SortTop(const char* draft, JsonStack<uint32_t>* sorted) const {
  const std::span<const JsonRange> open = members_.items();
  for (uint32_t i = 0; i < open.size(); ++i) sorted->Push() = i;
  if (open.empty() || AreAscending(open.data(), open.data() + open.size(), draft))
    return JsonKeys::kGood;
  const auto less = [open, draft](uint32_t a, uint32_t b) {
    return JsonKeyLess(open[a], open[b], draft);
  };
  SortFew(sorted->begin(), sorted->end(), less);
  // Sorted, so "not less" means "equal".
  const auto same = [&less](uint32_t a, uint32_t b) { return !less(a, b); };
  const bool equal = std::adjacent_find(sorted->begin(), sorted->end(), same) != sorted->end();
  return equal ? JsonKeys::kDuplicate : JsonKeys::kGood;
}

void JsonOpenMembers::EmitTop(char* draft, uint32_t end, JsonStack<JsonMember>* members) {
  for (size_t i = 0; i < members->size(); ++i) {
    const uint32_t slots_end = i + 1 == members->size() ? order_.slots() : members_[i + 1].slot;
    if (members_[i].slot == slots_end) continue;
    JsonMember& member = (*members)[i];
    order_.Emit(draft, member.canonical_at, members_[i].end, members_[i].slot, draft + end);
    member.canonical_at = end;
    end += member.canonical_size;
  }
}

template JsonKeys JsonOpenMembers::Close<true>(const Object&, const char*, uint32_t);
template JsonKeys JsonOpenMembers::Close<false>(const Object&, const char*, uint32_t);

}  // namespace banto::json
