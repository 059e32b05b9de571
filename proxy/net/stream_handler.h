// What the owner of a Stream is told of it.
#ifndef BANTO_PROXY_NET_STREAM_HANDLER_H_
#define BANTO_PROXY_NET_STREAM_HANDLER_H_

#include <string_view>

namespace banto::net {

class StreamHandler {
 public:
  // A Connect() came to its end: error 0, or an errno (EPROTO: TLS; Stream::detail() says which
  // check failed).
  virtual void OnConnected(int error) { static_cast<void>(error); }
  // Bytes (or the peer's close) wait to be read. Comes again when they were, or after a pause.
  virtual void OnReadable() = 0;
  // OnReadable() will soon be called: what it will touch may be fetched into the caches.
  virtual void Warm() const {}
  // A write that returned kWouldBlock or was partial may go on.
  virtual void OnWritable() = 0;
  // The end of what WriteSoon() took could not be sent: it is the owner's again. error 0:
  // OnWritable() will follow; else the stream is broken. May come from within a later call of this
  // stream.
  virtual void OnUnsent(std::string_view rest, int error) {
    static_cast<void>(rest);
    static_cast<void>(error);
  }

 protected:
  ~StreamHandler() = default;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_STREAM_HANDLER_H_
