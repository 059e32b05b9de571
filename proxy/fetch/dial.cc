#include "proxy/fetch/dial.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "proxy/net/own_shortage.h"

namespace banto {

Dial::Dial(net::EventLoop* loop, net::Resolver* resolver, const upstream::Worker* worker,
           DialListener* listener)
    : loop_(loop), resolver_(resolver), worker_(worker), listener_(listener) {}

Dial::~Dial() {
  if (alive_) *alive_ = false;
}

void Dial::Cancel() {
  state_ = State::kOver;
  if (stream_) loop_->DestroyLater(std::move(stream_));
}

void Dial::Start() {
  const net::Url& url = worker_->settings.url;
  resolution_ = resolver_->Known(url.host, url.port);
  if (resolution_) return Connect();
  state_ = State::kResolving;
  alive_ = std::make_shared<bool>(true);
  resolver_->Resolve(url.host, url.port, loop_,
                     [this, alive = alive_](std::shared_ptr<const net::Resolution> resolution) {
                       if (!*alive || state_ == State::kOver) return;
                       resolution_ = std::move(resolution);
                       Connect();
                     });
}

void Dial::Connect() {
  state_ = State::kConnecting;
  if (next_ >= resolution_->addresses.size()) {
    return Fail(resolution_->own_shortage ? FailureKind::kNoDescriptors : FailureKind::kResolve,
                resolution_->error.empty() ? "no address" : resolution_->error);
  }
  net::TlsTarget tls;
  if (worker_->settings.url.tls()) tls = {worker_->tls, worker_->settings.url.host};
  // Without settings the stream would be a plain one.
  if (worker_->settings.url.tls() && tls.context == nullptr)
    return Fail(FailureKind::kTls, "TLS: there are no settings for it");
  stream_ = net::Stream::Connect(loop_, resolution_->addresses[next_++], tls, this);
}

void Dial::OnConnected(int error) {
  if (state_ == State::kOver) return;
  if (error == 0) {
    state_ = State::kOver;
    return listener_->OnDialled(std::move(stream_));
  }
  if (next_ < resolution_->addresses.size()) {
    loop_->DestroyLater(std::move(stream_));
    return Connect();
  }
  if (error == EPROTO) return Fail(FailureKind::kTls, "TLS: " + stream_->detail());
  const int family = resolution_->addresses[next_ - 1].family();
  Fail(net::IsOwnShortage(error, family) ? FailureKind::kNoDescriptors : FailureKind::kConnect,
       std::string("connect: ") + std::strerror(error));
}

void Dial::Fail(FailureKind kind, std::string_view what) {
  state_ = State::kOver;
  listener_->OnDialFailed(kind, what);
}

}  // namespace banto
