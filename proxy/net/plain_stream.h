// A Stream without TLS: one recv per Read, one send per Write. Small reads and writes are deferred
// to the end of the turn and batched with those of other streams (read_batch.h, send_batch.h).
#ifndef BANTO_PROXY_NET_PLAIN_STREAM_H_
#define BANTO_PROXY_NET_PLAIN_STREAM_H_

#include <memory>
#include <string>
#include <string_view>

#include "proxy/net/stream.h"

namespace banto::net {

class PlainStream final : public Stream, public ReadBatch::Member, public SendBatch::Member {
 public:
  PlainStream(EventLoop* loop, int fd, StreamHandler* handler) : Stream(loop, fd, handler) {}
  ~PlainStream() override;

  IoResult Read(size_t size, std::string_view* bytes) override;
  IoResult Write(const iovec* pieces, int count) override;
  IoResult WriteSoon(const iovec* pieces, int count) override;
  void SendNow() override;
  void ShutdownWrite() override;
  bool HasUnread() const override { return read_ahead_; }

  // ReadBatch::Member
  IoResult ReadAhead(char* buffer, size_t size) override;
  void OnReadAhead() override;
  // SendBatch::Member
  void SendTaken(std::string_view bytes) override;

 private:
  IoResult Receive(char* buffer, size_t size);
  IoResult ReadOn(size_t size, std::string_view* bytes);
  void OnTransport(int error) override { ReportConnected(error); }
  void OnReadReady() override;
  void OnWriteReady() override;
  bool HasBuffered() const override { return held_ != nullptr || held_error_ != 0; }

  bool read_ahead_ = false;            // the ReadBatch holds data for us
  bool bulk_ = false;                  // the last read filled more than a slot: do not read ahead
  int held_error_ = 0;                 // read ahead as well; reported once held_ is empty
  std::unique_ptr<std::string> held_;  // read ahead, but the owner stopped reading in the meantime
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_PLAIN_STREAM_H_
