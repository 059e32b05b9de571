#include "proxy/api/chunk_template.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "proxy/api/openai_object.h"
#include "proxy/http/json_cursor.h"

namespace banto::api {

bool ChunkTemplate::Add(std::string_view frame, std::string_view part, bool may_be_empty) {
  uint32_t at = 0, size = 0;
  if (!Locate(part, frame, &at, &size)) return false;
  holes_[hole_count_++] = {static_cast<uint16_t>(at), static_cast<uint16_t>(size), may_be_empty};
  return true;
}

void ChunkTemplate::Learn(std::string_view frame, const FrameVerdict& verdict,
                          std::string_view text, std::string_view time) {
  Forget();
  hole_count_ = 0;
  if (frame.size() > kFrameBytesMax || !Add(frame, text, false)) return;
  if (Add(frame, time, true) && holes_[1].at < holes_[0].at) std::swap(holes_[0], holes_[1]);
  bytes_.assign(frame);
  verdict_ = verdict;
}

inline bool ChunkTemplate::Same(const char* bytes, size_t at, size_t size) {
  return std::memcmp(bytes, bytes_.data() + at, size) == 0 || TakeOtherSecond(bytes, at, size);
}

// The same but for the digits of `created`: they become the known ones, so that only the first
// frame of each second comes here.
bool ChunkTemplate::TakeOtherSecond(const char* bytes, size_t at, size_t size) {
  const size_t digits = verdict_.created_size;
  if (digits == 0 || verdict_.created_at < at || verdict_.created_at + digits > at + size) {
    return false;
  }
  const size_t before = verdict_.created_at - at;
  const char* const number = bytes + before;
  const bool whole =
      std::all_of(number, number + digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!whole || (*number == '0' && digits > 1)) return false;
  const size_t behind = before + digits;
  char* const known = bytes_.data() + at;
  if (std::memcmp(bytes, known, before) != 0) return false;
  if (std::memcmp(bytes + behind, known + behind, size - behind) != 0) return false;
  std::memcpy(known + before, number, digits);
  return true;
}

bool ChunkTemplate::Matches(std::string_view frame, FrameVerdict* verdict) {
  if (bytes_.empty()) return false;
  const char* in = frame.data();
  const char* const end = in + frame.size();
  size_t at = 0;  // how much of bytes_ was compared
  uint32_t id_at = verdict_.id_at, created_at = verdict_.created_at;
  for (const Hole* hole = holes_.data(); hole != holes_.data() + hole_count_; ++hole) {
    const size_t size = hole->at - at;
    if (static_cast<size_t>(end - in) < size || !Same(in, at, size)) return false;
    in += size;
    // That a quote follows, and is the string's own, is part of the bytes behind it.
    const char* const quote = http::FindJsonStringEnd(in, end);
    if (quote == nullptr || (quote == in && !hole->may_be_empty)) return false;
    // What lies behind a longer string lies further behind; unsigned, and right for a shorter one.
    const uint32_t shift = static_cast<uint32_t>(quote - in) - hole->size;
    if (verdict_.id_at > hole->at) id_at += shift;
    if (verdict_.created_at > hole->at) created_at += shift;
    in = quote;
    at = size_t{hole->at} + hole->size;
  }
  const size_t size = bytes_.size() - at;
  if (static_cast<size_t>(end - in) != size || !Same(in, at, size)) return false;
  *verdict = verdict_;
  verdict->id_at = id_at;
  verdict->created_at = created_at;
  return true;
}

}  // namespace banto::api
