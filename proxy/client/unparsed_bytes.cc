#include "proxy/client/unparsed_bytes.h"

#include <algorithm>

namespace banto {

size_t UnparsedBytes::Room() const {
  constexpr size_t kLeast = 1024;
  return size() < kAheadMax ? std::max(kAheadMax - size(), kLeast) : kLeast;
}

// What was parsed is dropped when it is half of all, so that a byte is moved once at the most.
bool UnparsedBytes::Append(std::string_view bytes, BufferedBytes::Budget* budget) {
  if (parsed_ >= size()) {
    bytes_.erase(0, parsed_);
    parsed_ = 0;
  }
  bytes_.append(bytes);
  if (share_.Resize(budget, bytes_.size())) return true;
  Clear();
  return false;
}

}  // namespace banto
