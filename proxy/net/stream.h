// One connected byte stream, plain TCP, Unix or TLS: non-blocking reads and writes and the
// readiness that belongs to them. Loop thread only; the owner destroys it, and destroying closes
// the socket. A handler callback must not destroy the stream on whose stack it stands: DestroyLater
// its owner.
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

class TlsContext;  // tls_context.h: settings and the session cache shared by all threads

struct TlsTarget {
  TlsContext* context = nullptr;  // nullptr: plain
  std::string server_name;        // SNI and the name that the certificate must carry
};

class alignas(64) Stream : public Deferred, private Watcher {
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
  void set_handler(StreamHandler* handler) {
    handler_ = handler;
    NoteRead();  // what the last one was told and left is told to this one
  }
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
  // Something is left to read that is not in the socket any more: OnReadReady() comes again.
  void ReportReadableAgain() { TellAgain(); }
  // Tells the owner, once until it reads.
  void TellReadable();
  // The owner's Read() begins: it may be told again.
  void NoteRead();
  // The owner's Read() met the end or an error: nothing is left to tell once reading stops.
  void NoteEnd(IoStatus how);

  EventLoop* loop_;
  StreamHandler* handler_;
  int fd_;

 private:
  // How the socket is watched. Level-triggered while its owner reads: libevent cannot tell a reset
  // from bytes, but tells as long as there is something, so reading on meets the reset. Whoever
  // does not read would be told without end: changes only.
  enum class Mode : uint8_t { kNone, kConnecting, kReading, kReadingAndWriting, kChanges };

  // Watcher
  void OnEvents(short what) override;
  void OnAgain() override;
  int SetMode(Mode mode);
  void Follow();
  void OnChange(short what);
  void NoteNews(bool closed);
  bool MustTell() const;
  void FinishConnect();
  void FireWrite();
  virtual void OnTransport(int error) = 0;  // the socket is connected, or is not going to be
  virtual void OnReadReady() = 0;           // plain: handler's OnReadable; TLS: handshake first
  virtual void OnWriteReady() = 0;          // plain: handler's OnWritable; TLS: handshake first
  virtual bool HasBuffered() const { return false; }

  Mode mode_ = Mode::kNone;
  bool reading_ = true;         // what the owner wants
  bool writing_ = false;        // a write is blocked
  bool connecting_ = false;     // OnConnected has not been called yet
  bool write_decided_ = false;  // WantWrite() was called during this OnWriteReady()
  bool told_ = false;           // OnReadable() was called, and no Read() yet
  bool closing_ = false;        // the peer has closed or reset: read on until that is met
  bool close_told_ = false;     // ... to an owner that does not read
  bool ended_ = false;          // ... and the owner has met it
  bool end_again_ = false;      // ... and is to be told once more
  bool broken_ = false;         // neither side sends any more
  bool reset_on_close_ = false;
  int connect_error_ = 0;  // of a connect() that failed at once
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_STREAM_H_
