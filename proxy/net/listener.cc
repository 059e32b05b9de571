#include "proxy/net/listener.h"

#include <errno.h>
#include <sys/socket.h>

#include <utility>

#include "proxy/net/listen_socket.h"

namespace banto::net {
namespace {

constexpr int kBatchAcceptsMax = 64;
constexpr int kDrainAcceptsMax =
    65536;  // more than any backlog holds: a flood must not keep us here
constexpr int64_t kRestMs = 100;

}  // namespace

std::unique_ptr<Listener> Listener::Create(EventLoop* loop, const ListenAddress& address,
                                           OnAccept on_accept, std::string* error) {
  auto socket = ListenSocket::Open(address, error);
  if (socket == nullptr) return nullptr;
  return std::unique_ptr<Listener>(new Listener(loop, std::move(socket), std::move(on_accept)));
}

Listener::Listener(EventLoop* loop, std::shared_ptr<ListenSocket> socket, OnAccept on_accept)
    : loop_(loop),
      socket_(std::move(socket)),
      port_(socket_->port()),
      on_accept_(std::move(on_accept)),
      rest_(loop, [this] { Watch(); }) {
  event_ = event_new(loop_->base(), socket_->fd(), EV_READ | EV_PERSIST, OnEvent, this);
  Watch();
}

Listener::~Listener() { event_free(event_); }

void Listener::Watch() {
  if (socket_ != nullptr && accepting_ && !rest_.armed()) event_add(event_, nullptr);
}

void Listener::SetAccepting(bool on) {
  if (accepting_ == on) return;
  accepting_ = on;
  if (on) {
    Watch();
  } else {
    event_del(event_);
  }
}

void Listener::OnEvent(int /*fd*/, short /*what*/, void* self) {
  auto* listener = static_cast<Listener*>(self);
  if (listener->AcceptBatch(kBatchAcceptsMax) != Backlog::kBroke) return;
  // The waiting client keeps the socket readable: without a rest this would spin.
  event_del(listener->event_);
  listener->rest_.Set(kRestMs);
}

Listener::Backlog Listener::AcceptBatch(int count_max) {
  for (int i = 0; i < count_max; ++i) {
    if (socket_ == nullptr || !accepting_) return Backlog::kMore;  // on_accept_ said so
    sockaddr_storage raw;
    socklen_t size = sizeof(raw);
    auto* peer = reinterpret_cast<sockaddr*>(&raw);
    const int fd = accept4(socket_->fd(), peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      on_accept_(fd, Address::FromRaw(peer, size));
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Backlog::kEmpty;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return Backlog::kBroke;
    }
    // Anything else is about that one client (accept(2): ECONNABORTED, EPROTO, ENETDOWN ...).
  }
  return Backlog::kMore;
}

void Listener::DrainAndClose() {
  if (socket_ == nullptr) return;
  accepting_ = true;
  AcceptBatch(kDrainAcceptsMax);
  rest_.Cancel();
  event_del(event_);
  socket_.reset();
}

}  // namespace banto::net
