#include "proxy/exchange/reply.h"

#include <algorithm>

namespace banto {
namespace {

constexpr size_t kSliceBytes = 64 * 1024;

}  // namespace

size_t Reply::SliceBytesMax() const {
  if (!pacer_) return kSliceBytes;
  return std::min(kSliceBytes, pacer_->due() - std::min(given_, pacer_->due()));
}

void Reply::Renew(size_t bytes_max, std::string* room) {
  given_ = cache::AppendRenewed(*entry_, given_, bytes_max, now_s_, random_, room);
}

std::string_view Reply::Next(std::string* room) {
  if (entry_) {
    room->clear();
    if (left_out_.size > 0 && given_ <= left_out_.at && left_out_.at - given_ <= SliceBytesMax()) {
      Renew(left_out_.at - given_, room);
      given_ += left_out_.size;
    }
    Renew(SliceBytesMax(), room);
    return *room;
  }
  const std::string_view slice = std::string_view(body_).substr(given_, kSliceBytes);
  given_ += slice.size();
  return slice;
}

}  // namespace banto
