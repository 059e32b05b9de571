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

void Dial::Start() {
  const net::Url& url = worker_->settings.url;
  resolution_ = resolver_->Known(url.host, url.port);
  if (resolution_) return Connect();
  alive_ = std::make_shared<bool>(true);
  resolver_->Resolve(url.host, url.port, loop_,
                     [this, alive = alive_](std::shared_ptr<const net::Resolution> resolution) {
                       if (!*alive) return;
                       resolution_ = std::move(resolution);
                       Connect();
                     });
}

void Dial::Connect() {
  if (next_ >= resolution_->addresses.size()) {
    return listener_->OnDialFailed(
        resolution_->own_shortage ? FailureKind::kNoDescriptors : FailureKind::kResolve,
        resolution_->error.empty() ? "no address" : resolution_->error);
  }
  net::TlsTarget tls;
  if (worker_->settings.url.tls()) tls = {worker_->tls, worker_->settings.url.host};
  stream_ = net::Stream::Connect(loop_, resolution_->addresses[next_++], tls, this);
}

void Dial::OnConnected(int error) {
  if (error == 0) return listener_->OnDialled(std::move(stream_));
  if (next_ < resolution_->addresses.size()) {
    loop_->DestroyLater(std::move(stream_));
    return Connect();
  }
  if (error == EPROTO)
    return listener_->OnDialFailed(FailureKind::kTls, "TLS: " + stream_->detail());
  const int family = resolution_->addresses[next_ - 1].family();
  listener_->OnDialFailed(
      net::IsOwnShortage(error, family) ? FailureKind::kNoDescriptors : FailureKind::kConnect,
      std::string("connect: ") + std::strerror(error));
}

}  // namespace banto
