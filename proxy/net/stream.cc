#include "proxy/net/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proxy/net/plain_stream.h"
#include "proxy/net/tls_stream.h"
#include "proxy/net/warm_lines.h"

namespace banto::net {
namespace {

// What handlers keep at their front for every read (attempt.h): asked for at once and not one after
// the other, as they would be met.
constexpr size_t kHandlerLines = 4;

}  // namespace

std::unique_ptr<Stream> Stream::Accepted(EventLoop* loop, int fd, StreamHandler* handler) {
  auto stream = std::make_unique<PlainStream>(loop, fd, handler);
  stream->SetWatch(Watch::kReadable);
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
    : loop_(loop), handler_(handler), fd_(fd) {
  event_assign(&read_event_, loop->base(), fd, EV_READ | EV_CLOSED | EV_PERSIST, OnReadEvent, this);
}

Stream::~Stream() {
  // Before close: the next socket may get this number within the same turn.
  event_del(&read_event_);
  if (write_event_) event_del(write_event_.get());
  if (fd_ >= 0) close(fd_);
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
    if (connect_error_ == EINPROGRESS) {
      connect_error_ = 0;
      WantWrite(true);
      return;
    }
  }
  // Done or failed at once; the caller has not even got the stream yet, so it is told by an event.
  event_active(WriteEvent(), EV_WRITE, 1);
}

void Stream::FinishConnect() {
  socket_connecting_ = false;
  int error = connect_error_;
  if (error == 0) {
    socklen_t size = sizeof(error);
    if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  }
  if (error == 0) SetWatch(Watch::kReadable);
  WantWrite(false);
  OnTransport(error);
}

void Stream::ReportConnected(int error) {
  connecting_ = false;
  if (handler_ != nullptr) handler_->OnConnected(error);
}

void Stream::SetReading(bool on) {
  if (reading_ == on) return;
  reading_ = on;
  if (connecting_) return;
  if (on) {
    SetWatch(Watch::kReadable);
    if (HasBuffered()) ReportReadableAgain();
  } else if (ended_) {
    SetWatch(Watch::kNothing);  // nothing is left to tell
  }
}

void Stream::ReportReadableAgain() { event_active(&read_event_, EV_READ, 1); }

void Stream::SetWatch(Watch watch) {
  if (watch_ == watch) return;
  event_del(&read_event_);
  // libevent refuses edge- and level-triggered events on one descriptor, so while closing is
  // watched for, the one edge-triggered event answers for writing too.
  if (watch == Watch::kClose && write_event_) event_del(write_event_.get());
  const bool write_event_wanted = writing_ && watch_ == Watch::kClose;
  watch_ = watch;
  if (watch == Watch::kReadable) {
    event_assign(&read_event_, loop_->base(), fd_, EV_READ | EV_CLOSED | EV_PERSIST, OnReadEvent,
                 this);
    event_add(&read_event_, nullptr);
  } else if (watch == Watch::kClose) {
    // EV_CLOSED alone would not do: libevent 2.1 turns EPOLLERR into READ|WRITE, so after a reset
    // epoll_wait would return for ever and no callback would run.
    event_assign(&read_event_, loop_->base(), fd_, EV_CLOSED | EV_WRITE | EV_ET | EV_PERSIST,
                 OnReadEvent, this);
    event_add(&read_event_, nullptr);
  }
  if (write_event_wanted) event_add(WriteEvent(), nullptr);
}

// An idle client's connection has never needed one.
event* Stream::WriteEvent() {
  if (!write_event_) {
    write_event_ = std::make_unique<event>();
    event_assign(write_event_.get(), loop_->base(), fd_, EV_WRITE | EV_PERSIST, OnWriteEvent, this);
  }
  return write_event_.get();
}

void Stream::WantWrite(bool on) {
  write_decided_ = true;
  if (writing_ == on) return;
  writing_ = on;
  if (watch_ == Watch::kClose) return;  // its edge reports writability as well
  if (on) {
    event_add(WriteEvent(), nullptr);
  } else {
    event_del(WriteEvent());
  }
}

void Stream::OnReadEvent(int /*fd*/, short what, void* self) {
  auto* stream = static_cast<Stream*>(self);
  FetchLines(stream->handler_, kHandlerLines);
  if (stream->watch_ == Watch::kClose) {
    stream->OnCloseWatch(what);
    return;
  }
  if (!stream->reading_ && !stream->connecting_) {
    if ((what & EV_CLOSED) == 0) {
      stream->SetWatch(Watch::kClose);
      return;
    }
    // Told once: level-triggered, it would be told in every turn until the owner reads again.
    stream->SetWatch(Watch::kNothing);
  }
  stream->OnReadReady();
}

void Stream::OnCloseWatch(short what) {
  bool closed = (what & EV_CLOSED) != 0;
  if (!closed) {
    // A reset and a writable socket look alike here. poll() tells them apart and, unlike SO_ERROR,
    // leaves the error for the Read() that follows.
    pollfd state{.fd = fd_, .events = 0, .revents = 0};
    closed = poll(&state, 1, 0) == 1;
  }
  if (closed) {
    SetWatch(Watch::kNothing);
    OnReadReady();
  } else if (writing_) {
    FireWrite();
  }
}

void Stream::OnWriteEvent(int /*fd*/, short /*what*/, void* self) {
  static_cast<Stream*>(self)->FireWrite();
}

void Stream::FireWrite() {
  loop_->BeginCallback();
  if (socket_connecting_) {
    FinishConnect();
    return;
  }
  write_decided_ = false;
  OnWriteReady();
  // An owner that had nothing left to write must not be asked again in every turn.
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
