#include "proxy/fetch/log_bytes.h"

#include <algorithm>

namespace banto {
namespace {

constexpr uint64_t kWindowBytes = 1024 * 1024;

}  // namespace

void LogBytes::Append(std::span<const std::string_view> pieces) {
  for (std::string_view piece : pieces) bytes_.append(piece);
  is_window_ = is_window_ || bytes_.size() > bytes_max_ || !counted_.GrowTo(budget_, bytes_.size());
}

// In steps, so that a byte is moved once.
void LogBytes::Slide(uint64_t unread) {
  if (!is_window_ || bytes_.size() <= 2 * kWindowBytes) return;
  const uint64_t gone = bytes_.size() - std::max(kWindowBytes, unread);
  if (gone < kWindowBytes / 2) return;
  bytes_.erase(0, gone);
  bytes_.shrink_to_fit();
  begin_ += gone;
  counted_.Resize(budget_, std::min<uint64_t>(counted_.held(), bytes_.size()));
}

void LogBytes::Read(uint64_t* at, size_t bytes_max, std::string* room) const {
  room->assign(bytes_, *at - begin_, bytes_max);
  *at += room->size();
}

}  // namespace banto
