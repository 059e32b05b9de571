#include "proxy/net/listener.h"

#include <errno.h>
#include <sys/socket.h>

#include <utility>

#include "proxy/net/listen_socket.h"

namespace banto::net {
namespace {

constexpr int kBatchAcceptsMax = 64;
constexpr int kDrainAcceptsMax = 65536;  // above any backlog: a flood must not keep us here
constexpr int64_t kRestMs = 100;

}  // namespace

std::unique_ptr<Listener> Listener::Create(EventLoop* loop, const ListenAddress& address,
                                           OnAccept on_accept, std::string* error) {
  auto socket = ListenSocket::Open(address, error);
  if (socket == nullptr) return nullptr;
  return std::unique_ptr<Listener>(new Listener(loop, std::move(socket), std::move(on_accept)));
}

Listener::Listener(EventLoop* loop, std::shared_ptr<ListenSocket> socket, OnAccept on_accept)
    : Watcher(loop->base()),
      socket_(std::move(socket)),
      port_(socket_->port()),
      on_accept_(std::move(on_accept)),
      rest_(loop, [this] { Resume(); }) {
  Resume();
}

Listener::~Listener() { Unwatch(); }

void Listener::Resume() {
  if (watched() || socket_ == nullptr || !accepting_ || rest_.armed()) return;
  // Level-triggered: what a batch leaves is reported again.
  if (Watch(socket_->fd(), EV_READ) != 0) rest_.Set(kRestMs);
}

void Listener::SetAccepting(bool on) {
  if (accepting_ == on) return;
  accepting_ = on;
  if (on) {
    Resume();
  } else {
    Unwatch();
  }
}

void Listener::OnEvents(short /*what*/) {
  if (AcceptBatch(kBatchAcceptsMax) != Backlog::kBroke) return;
  // The waiting client keeps the socket readable, so this would spin without a pause.
  Unwatch();
  rest_.Set(kRestMs);
}

Listener::Backlog Listener::AcceptBatch(int count_max) {
  for (int i = 0; i < count_max; ++i) {
    if (socket_ == nullptr || !accepting_) return Backlog::kMore;  // by on_accept_
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
    // Any other error concerns only that client (accept(2): ECONNABORTED, EPROTO, ENETDOWN ...).
  }
  return Backlog::kMore;
}

void Listener::DrainAndClose() {
  if (socket_ == nullptr) return;
  accepting_ = true;
  AcceptBatch(kDrainAcceptsMax);
  rest_.Cancel();
  Unwatch();
  socket_.reset();
}

}  // namespace banto::net
