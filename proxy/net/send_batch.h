// What one turn writes to many streams in small pieces, sent at its end in one go, for ReadBatch's
// reason. Also what several answers write to one stream in a turn (a client that pipelines) leaves
// in one send. Owned by an EventLoop; loop thread only.
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
  // A stream whose bytes can wait for the turn's end.
  class Member {
   public:
    // Its bytes have left the batch: to be sent now.
    virtual void SendTaken(std::string_view bytes) = 0;

   protected:
    ~Member() = default;
    bool in_send_batch() const { return in_send_batch_; }

   private:
    friend class SendBatch;
    bool in_send_batch_ = false;
  };

  SendBatch();
  // Copies the pieces (`size` bytes in all); Flush() will hand them to `stream`. False: there is no
  // room for them, or `stream` has bytes here that others were added behind.
  bool Add(Member* stream, const iovec* pieces, int count, size_t size);
  void Flush();
  // The bytes of `stream`; they are taken with this.
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
