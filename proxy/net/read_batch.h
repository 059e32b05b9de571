// Reads every stream that became ready in a turn before handling any of them. The kernel's receive
// path and our own code evict each other from the nearest caches, so alternating between them would
// pay both misses for every message. Small messages only; a stream that receives more than a slot
// at once reads for itself. Owned by an EventLoop; loop thread only.
#ifndef BANTO_PROXY_NET_READ_BATCH_H_
#define BANTO_PROXY_NET_READ_BATCH_H_

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "proxy/net/io_result.h"

namespace banto::net {

class ReadBatch {
 public:
  // The most to read ahead for one stream.
  static constexpr size_t kSlotBytes = 4096;
  // A stream that can be read ahead.
  class Member {
   public:
    // Reads once.
    virtual IoResult ReadAhead(char* buffer, size_t size) = 0;
    // Handles what was read, which is no longer valid once this returns.
    virtual void OnReadAhead() = 0;

   protected:
    ~Member() = default;
  };

  ReadBatch();
  bool full() const { return count_ == kEntriesMax || kBytes - used_bytes_ < kSlotBytes; }
  // Reads once for `stream`, unless full(); Deliver() will notify it.
  void Add(Member* stream);
  // Notifies the streams in the order in which they were read.
  void Deliver();
  // Takes what was read for `stream`. The bytes are valid until Deliver() returns.
  IoResult Take(const Member* stream, std::string_view* bytes);

 private:
  struct Entry {
    Member* stream;  // nullptr: taken, or the stream is gone
    const char* bytes;
    IoResult result;
  };
  static constexpr size_t kBytes = size_t{64} * 1024;
  static constexpr size_t kEntriesMax = 32;
  static constexpr size_t kLineBytes = 64;  // of the caches: no two streams' bytes share one
  Entry* Find(const Member* stream);

  std::unique_ptr<char[]> bytes_;
  size_t used_bytes_ = 0;
  size_t count_ = 0;
  size_t current_ = 0;  // the entry being delivered
  std::array<Entry, kEntriesMax> entries_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_READ_BATCH_H_
