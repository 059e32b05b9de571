#include "proxy/exchange/reply.h"

namespace banto {
namespace {

constexpr size_t kSliceBytes = 64 * 1024;

}  // namespace

std::string_view Reply::Next(std::string* room) {
  std::string_view slice;
  if (entry_) {
    room->clear();
    cache::AppendRenewed(*entry_, given_, kSliceBytes, now_s_, random_, room);
    slice = *room;
  } else {
    slice = std::string_view(body_).substr(given_, kSliceBytes);
  }
  given_ += slice.size();
  return slice;
}

}  // namespace banto
