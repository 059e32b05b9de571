#include "proxy/net/send_batch.h"

#include <cassert>
#include <cstring>
#include <utility>

namespace banto::net {

// Left uninitialized: pages that no turn fills stay out of the resident set.
SendBatch::SendBatch() : bytes_(std::make_unique_for_overwrite<char[]>(kBytes)) {}

bool SendBatch::Add(Member* stream, const iovec* pieces, int count, size_t size) {
  if (kBytes - used_bytes_ < size) return false;
  const bool behind_own = count_ > 0 && entries_[count_ - 1].stream == stream;
  if (!behind_own) {
    if (stream->in_send_batch_ || count_ == kEntriesMax) return false;
    entries_[count_++] = {stream, used_bytes_, 0};
    stream->in_send_batch_ = true;
  }
  for (int i = 0; i < count; ++i) {
    std::memcpy(bytes_.get() + used_bytes_, pieces[i].iov_base, pieces[i].iov_len);
    used_bytes_ += pieces[i].iov_len;
  }
  entries_[count_ - 1].size += size;
  return true;
}

void SendBatch::Flush() {
  // A stream that gets its bytes back may write again, also to other streams: that goes to the end
  // of the list.
  for (size_t i = 0; i < count_; ++i) {
    if (Member* stream = std::exchange(entries_[i].stream, nullptr)) {
      stream->in_send_batch_ = false;
      stream->SendTaken({bytes_.get() + entries_[i].begin, entries_[i].size});
    }
  }
  count_ = used_bytes_ = 0;
}

std::string_view SendBatch::Take(Member* stream) {
  Entry* entry = entries_.data();
  while (entry->stream != stream) ++entry;
  assert(entry < entries_.data() + count_);
  entry->stream = nullptr;
  stream->in_send_batch_ = false;
  return {bytes_.get() + entry->begin, entry->size};
}

}  // namespace banto::net
