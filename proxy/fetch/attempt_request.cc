// The first half of an Attempt: a connection, and the request on it.
#include <array>
#include <cassert>
#include <cstring>

#include "proxy/api/engine_traits.h"
#include "proxy/fetch/attempt.h"
#include "proxy/http/headers.h"
#include "proxy/net/own_shortage.h"
#include "proxy/question/cors.h"

namespace banto {

void Attempt::Start() {
  assert(state_ == State::kIdle);
  started_us_ = net::EventLoop::NowUs();
  RenderHead();
  connection_ = context_->pool->Take(worker()->state.get());
  if (connection_.stream) {
    connection_.stream->set_handler(this);
    Send();
    return;
  }
  const net::Url& url = worker()->settings.url;
  state_ = State::kResolving;
  timer_.Set(config_->timeouts.connect_ms);
  resolution_ = context_->resolver->Known(url.host, url.port);
  if (resolution_) return Connect();
  alive_ = std::make_shared<bool>(true);
  context_->resolver->Resolve(
      url.host, url.port, context_->loop,
      [this, alive = alive_](std::shared_ptr<const net::Resolution> resolution) {
        if (!*alive || state_ != State::kResolving) return;
        resolution_ = std::move(resolution);
        Connect();
      });
}

void Attempt::Connect() {
  if (address_ >= resolution_->addresses.size()) {
    return Fail(resolution_->own_shortage ? FailureKind::kNoDescriptors : FailureKind::kResolve,
                resolution_->error.empty() ? "no address" : resolution_->error);
  }
  state_ = State::kConnecting;
  const upstream::Worker& w = *worker();
  net::TlsTarget tls;
  if (w.settings.url.tls()) tls = {w.tls, w.settings.url.host};
  connection_.worker = w.state;
  connection_.requests = 0;
  connection_.stream =
      net::Stream::Connect(context_->loop, resolution_->addresses[address_++], tls, this);
}

void Attempt::OnConnected(int error) {
  if (state_ != State::kConnecting) return;
  if (error != 0) {
    if (address_ < resolution_->addresses.size()) {
      context_->loop->DestroyLater(std::move(connection_.stream));
      return Connect();
    }
    const std::string& detail = connection_.stream->detail();
    if (error == EPROTO) return Fail(FailureKind::kTls, "TLS: " + detail);
    const std::string what = std::string("connect: ") + std::strerror(error);
    const int family = resolution_->addresses[address_ - 1].family();
    if (net::IsOwnShortage(error, family)) return Fail(FailureKind::kNoDescriptors, what);
    return Fail(FailureKind::kConnect, what);
  }
  connect_us_ = net::EventLoop::NowUs() - started_us_;
  Send();
}

void Attempt::Send() {
  state_ = State::kAwaiting;
  std::array<iovec, 2> pieces;
  int count = 0;
  if (sent_bytes_ < head_bytes_.size()) {
    pieces[0] = {head_bytes_.data() + sent_bytes_, head_bytes_.size() - sent_bytes_};
    count = 1;
  }
  const size_t body_sent = sent_bytes_ > head_bytes_.size() ? sent_bytes_ - head_bytes_.size() : 0;
  if (body_sent < call_->body.size()) {
    pieces[static_cast<size_t>(count++)] = {
        const_cast<char*>(call_->body.data()) + body_sent,  // NOLINT: only read
        call_->body.size() - body_sent};
  }
  const net::IoResult result = connection_.stream->WriteSoon(pieces.data(), count);
  if (result.status == net::IoStatus::kError) {
    // The worker may have answered (a 413, say) before it closed: what it said is worth more than
    // our EPIPE.
    if (read_anything_) return;
    return FailBy(result.error, FailureKind::kReset,
                  "the connection broke while the request was sent");
  }
  if (result.status == net::IoStatus::kOk) sent_bytes_ += result.bytes;
  timer_.Set(config_->timeouts.first_byte_ms);
}

void Attempt::OnWritable() {
  if (state_ == State::kAwaiting && sent_bytes_ < head_bytes_.size() + call_->body.size()) Send();
}

void Attempt::OnUnsent(std::string_view rest, int error) {
  sent_bytes_ -= rest.size();
  if (state_ == State::kAwaiting && error != 0 && !read_anything_)
    FailBy(error, FailureKind::kReset, "the connection broke while the request was sent");
}

void Attempt::RenderHead() {
  const conf::Worker& settings = worker()->settings;
  http::ForwardingFields fields;
  std::string retry_id;
  if (number_ > 1) retry_id = std::string(call_->id) + "-a" + std::to_string(number_);
  fields.prefix = worker()->path.prefix;
  fields.prefix_is_v1 = worker()->path.prefix_is_v1;
  fields.host = worker()->host.empty() ? call_->head->host() : std::string_view(worker()->host);
  fields.client_ip = call_->client_ip;
  fields.peer_ip = call_->peer_ip;
  fields.peer_trusted = call_->peer_trusted;
  fields.client_host = call_->head->host();
  fields.request_id = call_->id;
  if (number_ > 1) fields.request_id = retry_id;
  fields.authorization = worker()->authorization;
  fields.identity_encoding = call_->identity_asked;
  fields.body_decoded = call_->body_decoded;
  const conf::Cors& cors = config_->cors;
  // An app may check the Origin for its own sake (CSRF); an engine would only refuse what is
  // allowed here.
  fields.origin_settled = !cors.origins.empty() && !api::TraitsOf(worker()->kind).is_application &&
                          Lists(cors, call_->head->Find(http::FieldName::kOrigin).value_or(""));
  fields.extra = &settings.headers;
  http::AppendUpstreamRequest(*call_->head, fields, call_->body.size(), &head_bytes_);
}

}  // namespace banto
