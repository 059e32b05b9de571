// The part of JsonScanner that handles members: their order, and what a closed object leaves
// behind.
#include <algorithm>

#include "proxy/json/json_scanner.h"

namespace banto::json {

template <bool kText>
bool JsonScanner<kText>::CloseObject(const JsonFrame& frame, JsonPlace at) {
  JsonRange* const first = work_->open.begin() + frame.first_open;
  JsonRange* const last = work_->open.end();
  const size_t count = static_cast<size_t>(last - first);
  if (count > members_left_) return TooMany(at.in);
  members_left_ -= count;
  if constexpr (!kText) {
    if (HasEqualKeys(first, last, draft_)) Note(JsonStatus::kDuplicateKey, at.in);
  } else if (work_->frames.size() == 1) {
    CloseRoot(at);
    return true;
  } else if (AreAscending(first, last, draft_)) {
    work_->order.CloseOrdered(frame.slot);
  } else {
    if (!SortByKey(first, last, draft_)) Note(JsonStatus::kDuplicateKey, at.in);
    work_->order.CloseSorted(frame.slot, frame.begin, Offset(at.out), first, last);
  }
  work_->open.Truncate(frame.first_open);
  return true;
}

// Top-level members are accessed one by one, so they are not moved: an index gives their order.
template <bool kText>
void JsonScanner<kText>::CloseRoot(JsonPlace at) {
  JsonRange* const open = work_->open.begin();
  const uint32_t count = static_cast<uint32_t>(work_->open.size());
  JsonStack<uint32_t>& sorted = scan_->sorted_;
  for (uint32_t i = 0; i < count; ++i) sorted.Push() = i;
  if (!AreAscending(open, open + count, draft_)) {
    const auto less = [open, this](uint32_t a, uint32_t b) {
      return JsonKeyLess(open[a], open[b], draft_);
    };
    SortFew(sorted.begin(), sorted.end(), less);
    // Sorted, so "not less" means "equal".
    const auto same = [&less](uint32_t a, uint32_t b) { return !less(a, b); };
    if (std::adjacent_find(sorted.begin(), sorted.end(), same) != sorted.end()) {
      Note(JsonStatus::kDuplicateKey, at.in);
    }
  }
  if (scan_->status_ == JsonStatus::kOk && work_->order.slots() > 0) EmitMembers(at);
}

template <bool kText>
void JsonScanner<kText>::EmitMembers(JsonPlace place) {
  const JsonRange* const open = work_->open.begin();
  JsonStack<JsonMember>& members = scan_->members_;
  uint32_t at = Offset(place.out);
  for (size_t i = 0; i < members.size(); ++i) {
    const uint32_t slots_end = i + 1 == members.size() ? work_->order.slots() : open[i + 1].slot;
    if (open[i].slot == slots_end) continue;
    JsonMember& member = members[i];
    work_->order.Emit(draft_, member.canonical_at, open[i].end, open[i].slot, draft_ + at);
    member.canonical_at = at;
    at += member.canonical_size;
  }
}

template bool JsonScanner<true>::CloseObject(const JsonFrame&, JsonPlace);
template bool JsonScanner<false>::CloseObject(const JsonFrame&, JsonPlace);

}  // namespace banto::json
