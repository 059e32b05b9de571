// A connected byte stream (plain TCP, Unix or TLS): non-blocking reads and writes, and readiness
// callbacks. Destroying it closes the socket. The owner must not destroy it from within one of its
// callbacks; use DestroyLater. Loop thread only.
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
#include "proxy/net/stream_handler.h"
#include "proxy/net/watcher.h"

namespace banto::net {

class TlsContext;  // tls_context.h: settings, and the session cache that threads share

struct TlsTarget {
  TlsContext* context = nullptr;  // nullptr: no TLS
  std::string server_name;        // for SNI, and to match the certificate
};

class alignas(64) Stream : public Deferred, private Watcher {
 public:
  // Takes ownership of an accepted, non-blocking fd; reading is on from the start.
  static std::unique_ptr<Stream> Accepted(EventLoop* loop, int fd, StreamHandler* handler);
  // Starts connecting; handler->OnConnected follows, never from within this call. Includes the TLS
  // handshake.
  static std::unique_ptr<Stream> Connect(EventLoop* loop, const Address& address,
                                         const TlsTarget& tls, StreamHandler* handler);
  ~Stream() override;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Hands the stream to its next owner (a pooled connection moves from Attempt to Attempt).
  void set_handler(StreamHandler* handler) {
    handler_ = handler;
    NoteRead();  // the new owner must hear of what the last one left unread
  }
  // One recv of at most `size` (at most EventLoop::kScratchBytes) bytes. The result lies in the
  // loop's memory until the callback ends. OnReadable() fires again if there is more.
  virtual IoResult Read(size_t size, std::string_view* bytes) = 0;
  // One writev, never SIGPIPE. OnWritable() follows a partial or blocked write.
  virtual IoResult Write(const iovec* pieces, int count) = 0;
  // Like Write(), but small pieces are copied and sent at the end of the turn (send_batch.h). For
  // handlers that implement OnUnsent().
  virtual IoResult WriteSoon(const iovec* pieces, int count) { return Write(pieces, count); }
  // Sends now what WriteSoon() has buffered.
  virtual void SendNow() {}
  // Whether bytes were read ahead that nobody has consumed yet.
  virtual bool HasUnread() const { return false; }
  // Stops or resumes read events (back-pressure). While stopped, OnReadable still reports that the
  // peer has closed.
  void SetReading(bool on);
  bool reading() const { return reading_; }
  // The peer will send no more; what it has sent may still be unread.
  bool peer_ended() const { return closing_; }
  // ... and nothing can be sent to it either (it has reset the connection).
  bool broken() const { return broken_; }
  // Read() has returned the peer's end.
  bool ended() const { return ended_; }
  // Sends FIN; reading continues. For lingering closes towards clients, never towards workers.
  virtual void ShutdownWrite();
  // Destroying closes with RST instead of FIN, so that the peer does not take a truncated answer
  // for a complete one.
  void ResetOnClose();

  int fd() const { return fd_; }
  virtual const std::string& detail() const;  // describes the last TLS error, else empty

 protected:
  Stream(EventLoop* loop, int fd, StreamHandler* handler);
  // OnTransport() follows in a later callback in any case.
  void BeginConnect(const Address& address);
  void ReportConnected(int error);
  // Turns OnWriteReady() on or off.
  void WantWrite(bool on);
  bool reset_on_close() const { return reset_on_close_; }
  bool writing() const { return writing_; }
  // Data is left that is no longer in the socket: calls OnReadReady() again.
  void ReportReadableAgain() { CallAgain(); }
  // Notifies the owner; not again until it reads.
  void NotifyReadable();
  // The owner's Read() begins, so it may be notified again.
  void NoteRead();
  // The owner's Read() returned the end or an error: nothing is left to report once reading stops.
  void NoteEnd(IoStatus how);

  EventLoop* loop_;
  StreamHandler* handler_;
  int fd_;

 private:
  // How the socket is watched. Level-triggered while the owner reads: libevent cannot distinguish a
  // reset from data, but fires as long as there is either, so that reading on meets the reset. An
  // owner that does not read would be called endlessly, so it is watched for changes only.
  enum class Mode : uint8_t { kNone, kConnecting, kReading, kReadingAndWriting, kChanges };

  // Watcher
  void OnEvents(short what) override;
  void OnAgain() override;
  int SetMode(Mode mode);
  void Follow();
  void OnChange(short what);
  void NotePeerState(bool closed);
  bool MustNotify() const;
  void FinishConnect();
  void FireWrite();
  virtual void OnTransport(int error) = 0;  // the socket is connected, or connecting failed
  virtual void OnReadReady() = 0;           // plain: handler's OnReadable; TLS: handshake first
  virtual void OnWriteReady() = 0;          // plain: handler's OnWritable; TLS: handshake first
  virtual bool HasBuffered() const { return false; }

  Mode mode_ = Mode::kNone;
  bool reading_ = true;          // what the owner wants
  bool writing_ = false;         // a write is blocked
  bool connecting_ = false;      // OnConnected has not been called yet
  bool write_decided_ = false;   // WantWrite() was called during this OnWriteReady()
  bool notified_ = false;        // OnReadable() was called, without a Read() since
  bool closing_ = false;         // the peer has closed or reset: read on until Read() reports it
  bool close_notified_ = false;  // ... and an owner that does not read was notified
  bool ended_ = false;           // ... and Read() has reported it
  bool end_again_ = false;       // ... and the owner is to be notified once more
  bool broken_ = false;          // neither side will send any more
  bool reset_on_close_ = false;
  int connect_error_ = 0;  // if connect() failed at once
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_STREAM_H_
