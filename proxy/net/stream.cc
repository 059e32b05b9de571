#include "proxy/net/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proxy/net/plain_stream.h"
#include "proxy/net/tls_stream.h"
#include "proxy/net/warm_lines.h"

namespace banto::net {
namespace {

constexpr uint32_t kBroken = EPOLLHUP | EPOLLERR;
constexpr uint32_t kClosed = EPOLLRDHUP | kBroken;

// What handlers keep at their front for every read (attempt.h): asked for at once and not one after
// the other, as they would be met.
constexpr size_t kHandlerLines = 4;

}  // namespace

std::unique_ptr<Stream> Stream::Accepted(EventLoop* loop, int fd, StreamHandler* handler) {
  auto stream = std::make_unique<PlainStream>(loop, fd, handler);
  stream->Watch();
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
    : loop_(loop), handler_(handler), fd_(fd) {}

Stream::~Stream() {
  loop_->poller()->Forget(this);
  if (fd_ >= 0) close(fd_);
}

// Not before connect(): epoll takes a socket that has not begun to connect for one that hung up.
void Stream::Watch() {
  const int error = loop_->poller()->Add(fd_, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, this);
  if (error == 0) return;
  // Nobody would tell of anything: an end now is better than one by a time limit.
  if (connecting_) {
    connect_error_ = error;
  } else {
    shutdown(fd_, SHUT_RDWR);
    unread_ = closing_ = true;
  }
  ReportReadableAgain();
}

void Stream::BeginConnect(const Address& address) {
  connecting_ = true;
  socket_connecting_ = true;
  if (fd_ >= 0) {
    if (address.family() != AF_UNIX) {
      const int on = 1;
      setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    if (connect(fd_, address.raw(), address.size()) != 0) connect_error_ = errno;
    if (connect_error_ == 0 || connect_error_ == EINPROGRESS) {
      connect_error_ = 0;
      return Watch();
    }
  }
  // The caller has not even got the stream yet, so it is told later.
  ReportReadableAgain();
}

void Stream::FinishConnect() {
  socket_connecting_ = false;
  int error = connect_error_;
  if (error == 0) {
    socklen_t size = sizeof(error);
    if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  }
  WantWrite(false);
  OnTransport(error);
}

void Stream::ReportConnected(int error) {
  connecting_ = false;
  if (error != 0) NoteEnd();
  // The peer spoke, or closed, while nobody was ready for it.
  if (unread_) ReportReadableAgain();
  if (handler_ != nullptr) handler_->OnConnected(error);
}

void Stream::SetReading(bool on) {
  if (reading_ == on) return;
  reading_ = on;
  close_told_ = false;
  if (connecting_) return;
  if (on && ended_) unread_ = true;
  if (MustTell()) ReportReadableAgain();
}

// Whether OnReadReady() is due: for an owner that reads while there is something to read, for one
// that does not once when the peer is gone.
bool Stream::MustTell() {
  if (reading_) return unread_ || (!ended_ && HasBuffered());
  return closing_ && !ended_ && !close_told_;
}

void Stream::NoteRead(Rest rest) {
  switch (rest) {
    case Rest::kAsBefore:
      break;
    case Rest::kNone:
      unread_ = false;
      break;
    case Rest::kEndAtMost:
      unread_ = closing_;
      break;
    case Rest::kPerhaps:
      unread_ = true;
      break;
    case Rest::kEnd:
      unread_ = true;
      return;  // whoever met it knows
  }
  if (unread_) ReportReadableAgain();
}

void Stream::NoteEnd() {
  ended_ = true;
  unread_ = false;
}

void Stream::WantWrite(bool on) {
  write_decided_ = true;
  writing_ = on;
}

void Stream::OnEvents(uint32_t events) {
  FetchLines(handler_, kHandlerLines);
  if ((events & (EPOLLIN | kClosed)) != 0) unread_ = true;
  if ((events & kClosed) != 0) closing_ = true;
  if ((events & kBroken) != 0 && !broken_) {
    broken_ = true;
    // News even to an owner that has met the peer's orderly end, or was told of it.
    close_told_ = ended_ = false;
  }
  if (!socket_connecting_ && unread_) OnAgain();
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0 && (socket_connecting_ || writing_)) {
    FireWrite();
  }
}

void Stream::OnAgain() {
  if (socket_connecting_) return FireWrite();
  if (!connecting_) {
    if (!MustTell()) return;
    close_told_ = !reading_;
  }
  OnReadReady();
}

void Stream::FireWrite() {
  loop_->BeginCallback();
  if (socket_connecting_) {
    FinishConnect();
    return;
  }
  write_decided_ = false;
  OnWriteReady();
  // An owner that had nothing left to write is not waiting any more.
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
