#include "proxy/net/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "proxy/net/plain_stream.h"
#include "proxy/net/tls_stream.h"

namespace banto::net {

std::unique_ptr<Stream> Stream::Accepted(EventLoop* loop, int fd, StreamHandler* handler) {
  auto stream = std::make_unique<PlainStream>(loop, fd, handler);
  stream->Follow();
  return stream;
}

std::unique_ptr<Stream> Stream::Connect(EventLoop* loop, const Address& address,
                                        const TlsTarget& tls, StreamHandler* handler) {
  const int fd = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int socket_error = fd < 0 ? errno : 0;
  std::unique_ptr<Stream> stream;
  if (tls.context == nullptr) {
    stream = std::make_unique<PlainStream>(loop, fd, handler);
  } else {
    stream = std::make_unique<TlsStream>(loop, fd, handler, tls, address.port());
  }
  stream->connect_error_ = socket_error;
  stream->BeginConnect(address);
  return stream;
}

Stream::Stream(EventLoop* loop, int fd, StreamHandler* handler)
    : Watcher(loop->base()), loop_(loop), handler_(handler), fd_(fd) {}

Stream::~Stream() {
  Unwatch();
  if (fd_ >= 0) close(fd_);
}

int Stream::SetMode(Mode mode) {
  if (mode == mode_) return 0;
  mode_ = mode;
  switch (mode) {
    case Mode::kNone:
      break;
    case Mode::kConnecting:
      return Watch(fd_, EV_WRITE);
    case Mode::kReading:
      return Watch(fd_, EV_READ | EV_CLOSED);
    case Mode::kReadingAndWriting:
      return Watch(fd_, EV_READ | EV_CLOSED | EV_WRITE);
    case Mode::kChanges:
      // Not EV_READ: nothing is to be read, and a reset also shows up as writable.
      return Watch(fd_, EV_WRITE | EV_CLOSED | EV_ET);
  }
  return 0;
}

// Watches for what the owner wants now.
void Stream::Follow() {
  const bool reads = connecting_ || (reading_ && !ended_ && !notified_);
  const Mode mode = !reads ? Mode::kChanges : writing_ ? Mode::kReadingAndWriting : Mode::kReading;
  if (SetMode(mode) == 0) return;
  // No event would ever be reported, so end now instead of running into a timeout.
  shutdown(fd_, SHUT_RDWR);
  closing_ = end_again_ = true;
  ReportReadableAgain();
}

void Stream::BeginConnect(const Address& address) {
  connecting_ = true;
  if (fd_ >= 0) {
    if (address.family() != AF_UNIX) {
      const int on = 1;
      setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    if (connect(fd_, address.raw(), address.size()) != 0) connect_error_ = errno;
    if (connect_error_ == 0 || connect_error_ == EINPROGRESS) {
      // Not before connect(): to epoll an unconnected socket looks as if the peer had hung up.
      connect_error_ = SetMode(Mode::kConnecting);
      if (connect_error_ == 0) return;
    }
  }
  mode_ = Mode::kConnecting;
  // The caller does not have the stream yet, so report it later.
  ReportReadableAgain();
}

void Stream::FinishConnect() {
  int error = connect_error_;
  if (error == 0) {
    socklen_t size = sizeof(error);
    if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  }
  if (error == 0) error = SetMode(Mode::kReading);
  if (error != 0) {
    Unwatch();
    mode_ = Mode::kNone;
  }
  OnTransport(error);
}

void Stream::ReportConnected(int error) {
  connecting_ = false;
  if (error != 0) NoteEnd(IoStatus::kError);
  if (handler_ != nullptr) handler_->OnConnected(error);
}

void Stream::SetReading(bool on) {
  if (reading_ == on) return;
  reading_ = on;
  close_notified_ = notified_ = false;
  if (connecting_) return;
  if (!on) {
    // Keep watching until an event arrives: most pauses end before one does.
    if (MustNotify()) ReportReadableAgain();
    return;
  }
  end_again_ = ended_;
  if (mode_ == Mode::kChanges && !ended_) Follow();
  if (end_again_ || HasBuffered()) ReportReadableAgain();
}

// Whether an owner that reads must be notified of data or, if it does not read, once that the peer
// is gone.
bool Stream::MustNotify() const {
  if (ended_) return false;
  return reading_ ? !notified_ : closing_ && !close_notified_;
}

void Stream::NotifyReadable() {
  notified_ = true;
  if (handler_ != nullptr) handler_->OnReadable();
}

void Stream::NoteRead() {
  if (!notified_) return;
  notified_ = false;
  if (mode_ == Mode::kChanges && reading_ && !ended_) Follow();
}

void Stream::NoteEnd(IoStatus how) {
  ended_ = true;
  if (how == IoStatus::kError) broken_ = closing_ = true;
}

void Stream::WantWrite(bool on) {
  write_decided_ = true;
  writing_ = on;
  // Turning write events off can wait until the next one.
  if (on && mode_ == Mode::kReading) Follow();
}

void Stream::OnEvents(short what) {
  if (what == EV_READ && reading_ && !notified_ && !ended_) return OnReadReady();
  if (mode_ == Mode::kConnecting) return FireWrite();
  if (!connecting_) return OnChange(what);
  if ((what & (EV_READ | EV_CLOSED)) != 0) OnReadReady();
  if ((what & EV_WRITE) != 0 && writing_) FireWrite();
  if (!writing_) SetMode(Mode::kReading);
}

void Stream::OnChange(short what) {
  NotePeerState((what & EV_CLOSED) != 0);
  const bool level = mode_ != Mode::kChanges;
  const bool readable = level ? (what & (EV_READ | EV_CLOSED)) != 0 : closing_;
  if (readable && MustNotify()) {
    close_notified_ = !reading_;
    OnReadReady();
  } else if (readable && level) {
    Follow();  // or it would fire endlessly
  }
  if ((what & EV_WRITE) != 0 && writing_) FireWrite();
  const bool wants_level = reading_ && !ended_ && !notified_;
  if (mode_ == Mode::kChanges ? wants_level : !writing_ && mode_ == Mode::kReadingAndWriting) {
    Follow();
  }
}

// Notes whether the peer has closed or reset since the last call. To libevent a reset looks like
// data or as if the socket were writable; an owner that keeps reading runs into it.
void Stream::NotePeerState(bool closed) {
  const bool closes = closed && !closing_;
  const bool reads_on = mode_ != Mode::kChanges && reading_ && !notified_ && !ended_;
  if (closes) {
    closing_ = true;
    notified_ = false;
  }
  if (broken_ || (reads_on && !closes)) return;
  pollfd socket{.fd = fd_, .events = 0, .revents = 0};
  if (poll(&socket, 1, 0) <= 0) return;
  broken_ = closing_ = true;
  // A reset is news even to an owner that has already seen, or been notified of, an orderly end.
  close_notified_ = ended_ = notified_ = false;
}

// Reports what the socket does not hold, or what is already known.
void Stream::OnAgain() {
  if (mode_ == Mode::kConnecting) return FireWrite();
  const bool end_again = std::exchange(end_again_, false);
  if (!connecting_) {
    const bool due = reading_ ? end_again || (!ended_ && HasBuffered()) : MustNotify();
    if (!due) return;
    close_notified_ = !reading_;
  }
  OnReadReady();
}

void Stream::FireWrite() {
  loop_->BeginCallback();
  if (mode_ == Mode::kConnecting) return FinishConnect();
  write_decided_ = false;
  OnWriteReady();
  // An owner with nothing left to write no longer waits.
  if (!write_decided_) WantWrite(false);
}

void Stream::ShutdownWrite() { shutdown(fd_, SHUT_WR); }

void Stream::ResetOnClose() {
  reset_on_close_ = true;
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

const std::string& Stream::detail() const {
  static const std::string empty;
  return empty;
}

}  // namespace banto::net
