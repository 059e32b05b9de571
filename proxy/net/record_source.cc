#include "proxy/net/record_source.h"

#include <algorithm>
#include <cstring>

namespace banto::net {

RecordSource::RecordSource(const iovec* pieces, int count) : piece_(pieces) {
  for (int i = 0; i < count; ++i) left_bytes_ += pieces[i].iov_len;
}

void RecordSource::Step() {
  ++piece_;
  offset_ = 0;
}

std::string_view RecordSource::Peek(char* space) {
  while (offset_ == piece_->iov_len) Step();
  const size_t size = std::min(left_bytes_, kRecordBytesMax);
  if (piece_->iov_len - offset_ >= size) {
    return {static_cast<const char*>(piece_->iov_base) + offset_, size};
  }
  size_t filled = 0, from = offset_;
  for (const iovec* piece = piece_; filled < size; ++piece, from = 0) {
    const size_t take = std::min(piece->iov_len - from, size - filled);
    if (take == 0) continue;  // an empty piece may have no address
    std::memcpy(space + filled, static_cast<const char*>(piece->iov_base) + from, take);
    filled += take;
  }
  return {space, size};
}

void RecordSource::Advance(size_t size) {
  left_bytes_ -= size;
  while (size > 0) {
    const size_t take = std::min(piece_->iov_len - offset_, size);
    offset_ += take;
    size -= take;
    if (offset_ == piece_->iov_len) Step();
  }
}

}  // namespace banto::net
