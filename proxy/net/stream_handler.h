// Callbacks to the owner of a Stream.
#ifndef BANTO_PROXY_NET_STREAM_HANDLER_H_
#define BANTO_PROXY_NET_STREAM_HANDLER_H_

#include <string_view>

namespace banto::net {

class StreamHandler {
 public:
  // Connect() has finished: `error` is 0 or an errno (EPROTO for TLS; Stream::detail() says which
  // check failed).
  virtual void OnConnected(int error) { static_cast<void>(error); }
  // Data (or the peer's close) is waiting. Fires again after a read or a pause.
  virtual void OnReadable() = 0;
  // A write that blocked or was partial may continue.
  virtual void OnWritable() = 0;
  // The rest of what WriteSoon() took could not be sent and belongs to the owner again. If `error`
  // is 0, OnWritable() follows; otherwise the stream is broken. May be called from within a later
  // call to this stream.
  virtual void OnUnsent(std::string_view rest, int error) {
    static_cast<void>(rest);
    static_cast<void>(error);
  }

 protected:
  ~StreamHandler() = default;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_STREAM_HANDLER_H_
