// JsonScanner's half that knows members: keys, their order, and what a closed object leaves behind.
#include <algorithm>

#include "proxy/http/json_scanner.h"

namespace banto::http {
namespace {

// In any case: Go's decoder does not mind it.
bool EndsInUrl(std::string_view key) {
  if (key.size() < 3) return false;
  const char* const tail = key.data() + key.size() - 3;
  return (tail[0] | 0x20) == 'u' && (tail[1] | 0x20) == 'r' && (tail[2] | 0x20) == 'l';
}

}  // namespace

bool JsonScanner::ReadKey() {
  if (in_ == end_ || *in_ != '"') return Broken();
  const char* const key_at = ++in_;
  char* const key = out_ + 1;
  *out_++ = '"';
  if (!ReadString()) return false;
  const size_t spelt_size = static_cast<size_t>(in_ - 1 - key_at);
  char* out = out_;
  const size_t size = static_cast<size_t>(out - 1 - key);
  SkipSpace();
  const char* in = in_;
  if (in == end_ || *in != ':') return Broken();
  *out = ':';
  in_ = in + 1;
  out_ = out + 1;
  SkipSpace();
  if (EndsInUrl({key, size})) scan_->has_url_key_ = true;
  AddMember(key, size);
  if (work_->frames.size() == 1) {
    JsonMember& member = scan_->members_.emplace_back();
    member.key = {key_at, spelt_size};
    member.key_at = static_cast<uint32_t>(key - draft_);
    member.key_size = static_cast<uint32_t>(size);
  }
  return true;
}

// Filled in place: to build it aside and copy it would stall on its small stores.
void JsonScanner::AddMember(const char* key, size_t size) {
  JsonRange& range = work_->open.emplace_back();
  range.key_head = JsonKeyHead(key, size);
  range.key_begin = static_cast<uint32_t>(key - draft_);
  range.key_end = range.key_begin + static_cast<uint32_t>(size);
  range.slot = work_->order.slots();
  JsonFrame& frame = work_->frames.back();
  if (frame.ascending && work_->open.size() > frame.first_open + 1) {
    frame.ascending = JsonKeyLess(*(&range - 1), range, draft_);
  }
}

void JsonScanner::FinishMember() {
  work_->open.back().end = Offset();
  if (work_->frames.size() > 1) return;
  JsonMember& member = scan_->members_.back();
  member.value = {value_at_, static_cast<size_t>(in_ - value_at_)};
  member.canonical_size = Offset() - member.canonical_at;
}

void JsonScanner::CloseObject(const JsonFrame& frame) {
  if (work_->frames.size() == 1) return CloseRoot(frame);
  if (frame.ascending) {
    work_->order.CloseOrdered(frame.slot);
  } else {
    JsonRange* const first = work_->open.data() + frame.first_open;
    JsonRange* const last = work_->open.data() + work_->open.size();
    if (!SortByKey(first, last, draft_)) Note(JsonStatus::kDuplicateKey);
    work_->order.CloseSorted(frame.slot, frame.begin, Offset(), first, last);
  }
  work_->open.resize(frame.first_open);
}

// The top-level members are read one by one, so they are not moved: an index gives their order.
void JsonScanner::CloseRoot(const JsonFrame& frame) {
  const std::vector<JsonMember>& members = scan_->members_;
  std::vector<uint32_t>& sorted = scan_->sorted_;
  for (uint32_t i = 0; i < members.size(); ++i) sorted.push_back(i);
  if (!frame.ascending) {
    const auto key = [this, &members](uint32_t i) { return scan_->CanonicalKey(members[i]); };
    std::sort(sorted.begin(), sorted.end(),
              [&key](uint32_t a, uint32_t b) { return key(a) < key(b); });
    const auto same = [&key](uint32_t a, uint32_t b) { return key(a) == key(b); };
    if (std::adjacent_find(sorted.begin(), sorted.end(), same) != sorted.end()) {
      Note(JsonStatus::kDuplicateKey);
    }
  }
  if (scan_->status_ == JsonStatus::kOk) EmitMembers(frame);
}

void JsonScanner::EmitMembers(const JsonFrame& frame) {
  uint32_t at = Offset();
  for (size_t i = 0; i < scan_->members_.size(); ++i) {
    const JsonRange& range = work_->open[frame.first_open + i];
    const bool last = i + 1 == scan_->members_.size();
    const uint32_t slots_end =
        last ? work_->order.slots() : work_->open[frame.first_open + i + 1].slot;
    if (range.slot == slots_end) continue;
    JsonMember& member = scan_->members_[i];
    work_->order.Emit(draft_, member.canonical_at, range.end, range.slot, draft_ + at);
    member.canonical_at = at;
    at += member.canonical_size;
  }
}

}  // namespace banto::http
