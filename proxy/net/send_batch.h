// Collects the small writes of a turn and sends them together at its end, for the same reason as
// ReadBatch. Several answers to one stream in a turn (a pipelining client) also leave in one send.
// Owned by an EventLoop; loop thread only.
#ifndef BANTO_PROXY_NET_SEND_BATCH_H_
#define BANTO_PROXY_NET_SEND_BATCH_H_

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

namespace banto::net {

class SendBatch {
 public:
  // A stream whose bytes may wait for the end of the turn.
  class Member {
   public:
    // Sends `bytes`, which have left the batch, now.
    virtual void SendTaken(std::string_view bytes) = 0;

   protected:
    ~Member() = default;
    bool in_send_batch() const { return in_send_batch_; }

   private:
    friend class SendBatch;
    bool in_send_batch_ = false;
  };

  SendBatch();
  // Copies the pieces (`size` bytes in total); Flush() hands them to `stream`. Returns false if
  // there is no room, or if bytes of another stream have been added behind those of `stream`.
  bool Add(Member* stream, const iovec* pieces, int count, size_t size);
  void Flush();
  // Takes the bytes held for `stream`.
  std::string_view Take(Member* stream);
  bool empty() const { return count_ == 0; }

 private:
  struct Entry {
    Member* stream;  // nullptr: taken
    size_t begin, size;
  };
  static constexpr size_t kBytes = size_t{64} * 1024;
  static constexpr size_t kEntriesMax = 32;

  std::unique_ptr<char[]> bytes_;
  size_t used_bytes_ = 0;
  size_t count_ = 0;
  std::array<Entry, kEntriesMax> entries_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SEND_BATCH_H_
