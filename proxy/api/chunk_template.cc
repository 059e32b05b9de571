#include "proxy/api/chunk_template.h"

#include <cstring>
#include <utility>

#include "proxy/api/openai_object.h"
#include "proxy/http/json_cursor.h"

namespace banto::api {
namespace {

using Kind = VariablePart::Kind;

// Behind the value of this kind at `p`, or null. What must follow it (a quote, no further digit),
// the bytes that all frames share tell.
const char* SkipPart(Kind kind, const char* p, const char* end) {
  if (kind != Kind::kDigits) {
    const char* const quote = http::FindJsonStringEnd(p, end);
    return quote == p && kind == Kind::kText ? nullptr : quote;
  }
  if (p != end && *p == '0') return p + 1;
  const char* const start = p;
  while (p != end && *p >= '0' && *p <= '9') ++p;
  return p == start ? nullptr : p;
}

}  // namespace

bool ChunkTemplate::Add(std::string_view frame, VariablePart part) {
  uint32_t at = 0, size = 0;
  if (!Locate(part.bytes, frame, &at, &size)) return false;
  holes_[hole_count_++] = {part.kind, static_cast<uint16_t>(at), static_cast<uint16_t>(size)};
  return true;
}

void ChunkTemplate::Learn(std::string_view frame, const FrameVerdict& verdict, VariablePart text,
                          VariablePart time) {
  Forget();
  hole_count_ = 0;
  if (frame.size() > kFrameBytesMax || !Add(frame, text)) return;
  if (Add(frame, time) && holes_[1].at < holes_[0].at) std::swap(holes_[0], holes_[1]);
  bytes_.assign(frame);
  verdict_ = verdict;
}

bool ChunkTemplate::Matches(std::string_view frame, FrameVerdict* verdict) const {
  if (bytes_.empty()) return false;
  const char* at = frame.data();
  const char* const end = at + frame.size();
  size_t known = 0;  // how much of bytes_ was compared
  FrameVerdict found = verdict_;
  for (size_t i = 0; i < hole_count_; ++i) {
    const Hole hole = holes_[i];
    const size_t same = hole.at - known;
    if (static_cast<size_t>(end - at) < same) return false;
    if (std::memcmp(at, bytes_.data() + known, same) != 0) return false;
    at += same;
    const char* const behind = SkipPart(hole.kind, at, end);
    if (behind == nullptr) return false;
    const auto size = static_cast<uint32_t>(behind - at);
    // What lies behind a longer value lies further behind; unsigned, so a shorter one works too.
    const uint32_t shift = size - hole.size;
    if (verdict_.id_at > hole.at) found.id_at += shift;
    if (verdict_.created_at > hole.at) found.created_at += shift;
    if (verdict_.created_at == hole.at) found.created_size = size;
    at = behind;
    known = size_t{hole.at} + hole.size;
  }
  const size_t same = bytes_.size() - known;
  if (static_cast<size_t>(end - at) != same) return false;
  if (std::memcmp(at, bytes_.data() + known, same) != 0) return false;
  *verdict = found;
  return true;
}

}  // namespace banto::api
