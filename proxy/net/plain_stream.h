// A Stream without TLS: one recv per Read, one sendmsg per Write.
#ifndef BANTO_PROXY_NET_PLAIN_STREAM_H_
#define BANTO_PROXY_NET_PLAIN_STREAM_H_

#include "proxy/net/stream.h"

namespace banto::net {

class PlainStream final : public Stream {
 public:
  PlainStream(EventLoop* loop, int fd, StreamHandler* handler) : Stream(loop, fd, handler) {}

  IoResult Read(char* buffer, size_t size) override;
  IoResult Write(const iovec* pieces, int count) override;

 private:
  void OnTransport(int error) override { ReportConnected(error); }
  void OnReadReady() override;
  void OnWriteReady() override;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_PLAIN_STREAM_H_
