// What one turn's wake-up brought: all of it is read before any of it is handled. The kernel's
// receive path and our own code push each other out of the near caches, so to alternate between
// them for every message costs both their misses every time. Small messages only; a stream that
// brings more than a slot at once reads for itself. Owned by an EventLoop; loop thread only.
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
  // The most that is read ahead for one stream.
  static constexpr size_t kSlotBytes = 4096;
  // A stream that can be read ahead.
  class Member {
   public:
    // Reads once.
    virtual IoResult ReadAhead(char* buffer, size_t size) = 0;
    // Its turn has come; what was read is not needed any more when this returns.
    virtual void OnReadAhead() = 0;
    // Its turn will come next.
    virtual void Warm() const = 0;

   protected:
    ~Member() = default;
  };

  ReadBatch();
  bool full() const { return count_ == kEntriesMax || kBytes - used_bytes_ < kSlotBytes; }
  // Reads once for `stream`, if not full(); Deliver() will tell it.
  void Add(Member* stream);
  // Tells the streams, in the order of their reads.
  void Deliver();
  // What was read for `stream`; it is taken with this. Bytes are valid until Deliver() returns.
  IoResult Take(const Member* stream, std::string_view* bytes);

 private:
  struct Entry {
    Member* stream;  // nullptr: taken, or its stream is gone
    const char* bytes;
    IoResult result;
  };
  static constexpr size_t kBytes = size_t{64} * 1024;
  static constexpr size_t kEntriesMax = 32;
  Entry* Find(const Member* stream);

  std::unique_ptr<char[]> bytes_;
  size_t used_bytes_ = 0;
  size_t count_ = 0;
  size_t current_ = 0;  // the entry that is being delivered
  std::array<Entry, kEntriesMax> entries_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_READ_BATCH_H_
