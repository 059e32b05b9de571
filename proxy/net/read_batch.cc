#include "proxy/net/read_batch.h"

#include <cassert>

namespace banto::net {

// Left uninitialized: pages that no turn fills stay out of the resident set.
ReadBatch::ReadBatch() : bytes_(std::make_unique_for_overwrite<char[]>(kBytes)) {}

void ReadBatch::Add(Member* stream) {
  assert(!full());
  char* const slot = bytes_.get() + used_bytes_;
  const IoResult result = stream->ReadAhead(slot, kSlotBytes);
  if (result.status == IoStatus::kWouldBlock) return;
  entries_[count_++] = {stream, slot, result};
  used_bytes_ += (result.bytes + kLineBytes - 1) / kLineBytes * kLineBytes;
}

void ReadBatch::Deliver() {
  for (current_ = 0; current_ < count_; ++current_) {
    if (Member* stream = entries_[current_].stream) stream->OnReadAhead();
  }
  count_ = current_ = used_bytes_ = 0;
}

IoResult ReadBatch::Take(const Member* stream, std::string_view* bytes) {
  Entry* entry = Find(stream);
  entry->stream = nullptr;
  *bytes = {entry->bytes, entry->result.bytes};
  return entry->result;
}

ReadBatch::Entry* ReadBatch::Find(const Member* stream) {
  if (entries_[current_].stream == stream) return &entries_[current_];
  Entry* entry = entries_.data();
  while (entry->stream != stream) ++entry;
  assert(entry < entries_.data() + count_);
  return entry;
}

}  // namespace banto::net
