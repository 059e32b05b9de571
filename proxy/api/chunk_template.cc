#include "proxy/api/chunk_template.h"

#include <algorithm>
#include <cstring>

#include "proxy/json/json_cursor.h"

namespace banto::api {

void ChunkTemplate::Add(size_t at, size_t size, Kind kind) {
  if (size == 0 && kind != Kind::kTime) return;
  holes_[hole_count_++] = {static_cast<uint16_t>(at), static_cast<uint16_t>(size), kind};
}

bool ChunkTemplate::Learn(std::string_view frame, const FrameVerdict& verdict,
                          std::string_view text, std::string_view time) {
  bytes_.clear();
  hole_count_ = 0;
  uint32_t at = 0, size = 0;
  if (frame.size() > kFrameBytesMax || !Locate(text, frame, &at, &size)) return false;
  Add(at, size, Kind::kText);
  if (Locate(time, frame, &at, &size)) Add(at, size, Kind::kTime);
  Add(verdict.id_at, verdict.id_size, Kind::kId);
  if (!verdict.created_is_date) Add(verdict.created_at, verdict.created_size, Kind::kCreated);
  std::sort(holes_.begin(), holes_.begin() + static_cast<ptrdiff_t>(hole_count_),
            [](const Hole& a, const Hole& b) { return a.at < b.at; });
  bytes_.assign(frame);
  kind_ = verdict.kind;
  return true;
}

const char* ChunkTemplate::Fill(Kind kind, const char* in, const char* end) {
  if (kind == Kind::kCreated) {
    const char* p = in;
    while (p != end && *p >= '0' && *p <= '9') ++p;
    // What a JSON number may not be: nothing, or 0 before further digits.
    return p == in || (*in == '0' && p != in + 1) ? nullptr : p;
  }
  // That a quote follows, and is the string's own, is part of the bytes behind it.
  const char* const quote = json::FindJsonStringEnd(in, end);
  return quote == in && kind != Kind::kTime ? nullptr : quote;
}

bool ChunkTemplate::Matches(std::string_view frame, FrameVerdict* verdict) const {
  if (bytes_.empty()) return false;
  const char* in = frame.data();
  const char* const end = in + frame.size();
  FrameVerdict found;
  found.kind = kind_;
  size_t at = 0;  // how much of bytes_ was compared
  for (size_t i = 0; i < hole_count_; ++i) {
    const Hole& hole = holes_[i];
    const size_t size = hole.at - at;
    if (static_cast<size_t>(end - in) < size) return false;
    if (std::memcmp(in, bytes_.data() + at, size) != 0) return false;
    in += size;
    const char* const filled = Fill(hole.kind, in, end);
    if (filled == nullptr) return false;
    const auto from = static_cast<uint32_t>(in - frame.data());
    const auto length = static_cast<uint32_t>(filled - in);
    if (hole.kind == Kind::kId) {
      found.id_at = from;
      found.id_size = length;
    } else if (hole.kind != Kind::kText && length != 0) {
      found.created_at = from;
      found.created_size = length;
      found.created_is_date = hole.kind == Kind::kTime;
    }
    in = filled;
    at = size_t{hole.at} + hole.size;
  }
  const size_t size = bytes_.size() - at;
  if (static_cast<size_t>(end - in) != size) return false;
  if (std::memcmp(in, bytes_.data() + at, size) != 0) return false;
  *verdict = found;
  return true;
}

bool ChunkTemplate::operator==(const ChunkTemplate& other) const {
  if (hole_count_ != other.hole_count_ || kind_ != other.kind_) return false;
  size_t at = 0, other_at = 0;
  for (size_t i = 0; i <= hole_count_; ++i) {
    const bool last = i == hole_count_;
    const Hole a = last ? Hole{static_cast<uint16_t>(bytes_.size()), 0, Kind::kText} : holes_[i];
    const Hole b =
        last ? Hole{static_cast<uint16_t>(other.bytes_.size()), 0, Kind::kText} : other.holes_[i];
    if (a.kind != b.kind || std::string_view(bytes_).substr(at, a.at - at) !=
                                std::string_view(other.bytes_).substr(other_at, b.at - other_at)) {
      return false;
    }
    at = size_t{a.at} + a.size;
    other_at = size_t{b.at} + b.size;
  }
  return true;
}

}  // namespace banto::api
