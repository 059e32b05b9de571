// One connected byte stream, plain TCP, Unix or TLS: non-blocking reads and writes and the
// readiness that belongs to them. The poller watches the socket edge-triggered and knows nothing of
// what the owner wants, so the stream remembers what it was told until a read or a write has used
// it up. Loop thread only; the owner destroys it, and destroying closes the socket. A handler
// callback must not destroy the stream on whose stack it stands: DestroyLater its owner.
#ifndef BANTO_PROXY_NET_STREAM_H_
#define BANTO_PROXY_NET_STREAM_H_

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/net/address.h"
#include "proxy/net/event_loop.h"
#include "proxy/net/io_result.h"

namespace banto::net {

class StreamHandler {
 public:
  // A Connect() came to its end: error 0, or an errno (EPROTO: TLS; Stream::detail() says which
  // check failed).
  virtual void OnConnected(int error) { static_cast<void>(error); }
  // Bytes (or the peer's close) wait to be read.
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

class TlsContext;  // tls_context.h: settings and the session cache shared by all threads

struct TlsTarget {
  TlsContext* context = nullptr;  // nullptr: plain
  std::string server_name;        // SNI and the name that the certificate must carry
};

class alignas(64) Stream : public Deferred, private Poller::Watcher {
 public:
  // Takes over an accepted, non-blocking fd; reading is wanted from the start.
  static std::unique_ptr<Stream> Accepted(EventLoop* loop, int fd, StreamHandler* handler);
  // Starts to connect; handler->OnConnected follows, never from within this call. With TLS the
  // handshake is part of it.
  static std::unique_ptr<Stream> Connect(EventLoop* loop, const Address& address,
                                         const TlsTarget& tls, StreamHandler* handler);
  ~Stream() override;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Whoever owns the stream next (a pooled connection goes from Attempt to Attempt).
  void set_handler(StreamHandler* handler) { handler_ = handler; }
  // One recv, of `size` bytes at most (EventLoop::kScratchBytes or less). What it brought lies in
  // the loop's memory until the callback ends. OnReadable() comes again when there is more.
  virtual IoResult Read(size_t size, std::string_view* bytes) = 0;
  // One writev, never SIGPIPE. After a partial or blocked write OnWritable() follows.
  virtual IoResult Write(const iovec* pieces, int count) = 0;
  // As Write(), but small pieces are copied and leave at the end of the turn (send_batch.h). For
  // handlers that have an OnUnsent().
  virtual IoResult WriteSoon(const iovec* pieces, int count) { return Write(pieces, count); }
  // Sends what WriteSoon() took.
  virtual void SendNow() {}
  // Something was read that nobody has asked for yet.
  virtual bool HasUnread() const { return false; }
  // Stops or resumes read readiness (back-pressure). While stopped, the peer's full close is still
  // reported by OnReadable.
  void SetReading(bool on);
  bool reading() const { return reading_; }
  // The peer sends no more; what it sent may still be there to be read.
  bool peer_ended() const { return closing_; }
  // ... and nothing can be sent to it either: it has reset.
  bool broken() const { return broken_; }
  // Read() has met the peer's end.
  bool ended() const { return ended_; }
  // Sends FIN; reading goes on (lingering close towards clients; never towards workers).
  virtual void ShutdownWrite();
  // Closes with RST instead of FIN when destroyed: the peer must not take what it has for whole.
  void ResetOnClose();

  int fd() const { return fd_; }
  virtual const std::string& detail() const;  // words for the last TLS error, else empty

 protected:
  Stream(EventLoop* loop, int fd, StreamHandler* handler);
  // OnTransport() follows in a later callback, whatever happens.
  void BeginConnect(const Address& address);
  void ReportConnected(int error);
  // Whether OnWriteReady() is wanted.
  void WantWrite(bool on);
  bool reset_on_close() const { return reset_on_close_; }
  bool writing() const { return writing_; }
  // Something is left to read that epoll will not tell of: OnReadReady() comes again.
  void ReportReadableAgain() { loop_->poller()->Again(this); }
  // After each read of the socket, for which owner or none. While something may be left that no
  // event will tell of, OnReadReady() comes again.
  void NoteRead(Rest rest);
  // The owner's Read() met the end or an error: nothing is left to tell once reading stops.
  void NoteEnd();

  EventLoop* loop_;
  StreamHandler* handler_;
  int fd_;

 private:
  // Poller::Watcher
  void OnEvents(uint32_t events) override;
  void OnAgain() override;
  void Watch();
  bool MustTell();
  void FinishConnect();
  void FireWrite();
  virtual void OnTransport(int error) = 0;  // the socket is connected, or is not going to be
  virtual void OnReadReady() = 0;           // plain: handler's OnReadable; TLS: handshake first
  virtual void OnWriteReady() = 0;          // plain: handler's OnWritable; TLS: handshake first
  virtual bool HasBuffered() const { return false; }

  bool reading_ = true;             // what the owner wants
  bool writing_ = false;            // a write is blocked
  bool connecting_ = false;         // OnConnected has not been called yet
  bool socket_connecting_ = false;  // connect() has not come to its end yet
  bool write_decided_ = false;      // WantWrite() was called during this OnWriteReady()
  bool unread_ = false;             // the socket may hold something that no event will tell of
  bool closing_ = false;            // the peer has closed or reset: read on until that is met
  bool close_told_ = false;         // ... to an owner that does not read
  bool ended_ = false;              // ... and the owner has met it
  bool broken_ = false;             // neither side sends any more
  bool reset_on_close_ = false;
  int connect_error_ = 0;  // of a connect() that failed at once
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_STREAM_H_
