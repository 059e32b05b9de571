#include "cache/pace.h"

#include <algorithm>
#include <utility>

namespace banto::cache {
namespace {

constexpr size_t kNumberBytesMax = 5;  // of 32 bits, seven in a byte
constexpr uint64_t kNumberMax = UINT32_MAX;

void AppendNumber(uint64_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7) out->push_back(static_cast<char>(number | 0x80));
  out->push_back(static_cast<char>(number));
}

// False: none follows.
bool TakeNumber(std::string_view* in, uint64_t* number) {
  *number = 0;
  for (size_t i = 0; i < std::min(in->size(), kNumberBytesMax); ++i) {
    const auto byte = static_cast<uint8_t>((*in)[i]);
    *number |= uint64_t{byte & 0x7fu} << (7 * i);
    if (byte >= 0x80) continue;
    in->remove_prefix(i + 1);
    return *number <= kNumberMax;
  }
  return false;
}

}  // namespace

void PaceWriter::Note(size_t at, int64_t now_ms, std::string* pace) {
  const int64_t passed_ms = noted_ms_ == kNever ? 0 : now_ms - noted_ms_;
  noted_ms_ = now_ms;
  if (passed_ms <= 0 || pace->size() + 2 * kNumberBytesMax > kBytesMax) return;
  AppendNumber(at - std::exchange(noted_at_, at), pace);
  AppendNumber(std::min(static_cast<uint64_t>(passed_ms), kNumberMax), pace);
}

bool IsPace(std::string_view pace, size_t body_size) {
  uint64_t bytes = 0;
  for (uint64_t more = 0, passed_ms = 0; !pace.empty(); bytes += more) {
    if (!TakeNumber(&pace, &more) || !TakeNumber(&pace, &passed_ms)) return false;
    if (more > body_size - bytes) return false;
  }
  return true;
}

size_t PaceReader::DueBy(int64_t passed_ms) {
  while (due_ != SIZE_MAX && next_ms_ <= passed_ms) Read();
  return due_;
}

void PaceReader::Read() {
  uint64_t more = 0, passed_ms = 0;
  if (TakeNumber(&rest_, &more) && TakeNumber(&rest_, &passed_ms)) {
    due_ += more;
    next_ms_ += static_cast<int64_t>(passed_ms);
  } else {
    due_ = SIZE_MAX;
  }
}

}  // namespace banto::cache
