#include "health/http_get.h"

#include <cerrno>
#include <cstring>

#include "health/page_reader.h"
#include "proxy/http/writer.h"
#include "proxy/net/own_shortage.h"
#include "proxy/net/stream.h"
#include "proxy/net/timer.h"

namespace banto::health {
namespace {

std::string RequestBytes(const HttpGetRequest& request) {
  std::string out = "GET " + (request.path.empty() ? "/" : request.path) + " HTTP/1.1\r\n";
  http::AppendField(
      "Host", request.host_header.empty() ? request.url.Authority() : request.host_header, &out);
  for (const auto& [name, value] : request.headers) http::AppendField(name, value, &out);
  http::AppendField("Connection", "close", &out);
  return out + "\r\n";
}

// Holds a finished stream until the end of the turn, when none of its callbacks is on the stack.
class Closing final : public net::Deferred {
 public:
  explicit Closing(std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {}

 private:
  std::unique_ptr<net::Stream> stream_;
};

}  // namespace

// Lives until the end of the turn in which it is released: `done` may destroy its HttpGet while
// callbacks of the stream and of the timer are still on the stack.
class HttpGet::Run final : public net::Deferred, public net::StreamHandler {
 public:
  Run(net::EventLoop* loop, net::TlsContext* tls, HttpGetRequest request,
      std::function<void(const HttpGetResult&)> done)
      : loop_(loop),
        tls_(tls),
        request_(std::move(request)),
        done_(std::move(done)),
        deadline_(loop, [this] { OnDeadline(); }),
        reader_(request_.body_bytes_max) {}

  void Start(net::Resolver* resolver) {
    deadline_.Set(request_.timeout_ms);
    resolver->Resolve(request_.url.host, request_.url.port, loop_,
                      [this, alive = std::weak_ptr<bool>(alive_)](
                          std::shared_ptr<const net::Resolution> resolution) {
                        if (!alive.expired()) OnResolved(std::move(resolution));
                      });
  }

  // Nothing is reported afterwards.
  void Cancel() {
    done_ = nullptr;
    alive_.reset();
    deadline_.Cancel();
    Close();
  }

  void OnConnected(int error) override;
  void OnReadable() override;
  void OnWritable() override { Send(); }

 private:
  void OnResolved(std::shared_ptr<const net::Resolution> resolution);
  void OnDeadline();
  void Close();
  void ConnectNext();
  void Send();
  void Fail(std::string error);
  void Finish();

  net::EventLoop* loop_;
  net::TlsContext* tls_;
  HttpGetRequest request_;
  std::function<void(const HttpGetResult&)> done_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  net::Timer deadline_;
  std::shared_ptr<const net::Resolution> resolution_;
  size_t next_address_ = 0;
  std::unique_ptr<net::Stream> stream_;
  std::string to_send_;
  size_t sent_bytes_ = 0;
  PageReader reader_;
};

void HttpGet::Run::OnResolved(std::shared_ptr<const net::Resolution> resolution) {
  if (!done_) return;
  if (resolution == nullptr || resolution->addresses.empty()) {
    reader_.result().own_shortage = resolution != nullptr && resolution->own_shortage;
    Fail(resolution == nullptr ? "cannot resolve " + request_.url.host : resolution->error);
    return;
  }
  if (request_.url.tls() && tls_ == nullptr) {
    Fail("no TLS settings");  // never send in clear what should be encrypted
    return;
  }
  resolution_ = std::move(resolution);
  ConnectNext();
}

void HttpGet::Run::Close() {
  if (stream_ == nullptr) return;
  stream_->set_handler(nullptr);
  loop_->DestroyLater(std::make_unique<Closing>(std::move(stream_)));
}

void HttpGet::Run::ConnectNext() {
  net::TlsTarget target;
  if (request_.url.tls()) target = {tls_, request_.url.host};
  Close();
  stream_ = net::Stream::Connect(loop_, resolution_->addresses[next_address_++], target, this);
}

void HttpGet::Run::OnConnected(int error) {
  if (!done_) return;
  if (error != 0) {
    // "localhost" has two addresses, and most engines listen on only one.
    if (next_address_ < resolution_->addresses.size()) {
      ConnectNext();
      return;
    }
    reader_.result().refused = error == ECONNREFUSED;
    reader_.result().own_shortage =
        net::IsOwnShortage(error, resolution_->addresses[next_address_ - 1].family());
    const std::string& detail = stream_->detail();
    Fail("connect: " + (detail.empty() ? std::string(std::strerror(error)) : detail));
    return;
  }
  if (request_.connect_only) {
    Finish();
    return;
  }
  to_send_ = RequestBytes(request_);
  Send();
}

void HttpGet::Run::Send() {
  while (done_ && sent_bytes_ < to_send_.size()) {
    iovec piece{to_send_.data() + sent_bytes_, to_send_.size() - sent_bytes_};
    const net::IoResult io = stream_->Write(&piece, 1);
    if (io.status == net::IoStatus::kWouldBlock) return;
    if (io.status != net::IoStatus::kOk) {
      Fail(std::string("send: ") + std::strerror(io.error));
      return;
    }
    sent_bytes_ += io.bytes;
  }
}

void HttpGet::Run::OnReadable() {
  // Bounded, so that a worker that never stops sending cannot block the control loop.
  for (int reads = 0; done_ && reads < 16; ++reads) {
    std::string_view bytes;
    const net::IoResult io = stream_->Read(net::EventLoop::kScratchBytes, &bytes);
    if (io.status == net::IoStatus::kWouldBlock) return;
    if (io.status == net::IoStatus::kOk && reader_.Take(bytes)) continue;
    if (io.status != net::IoStatus::kOk) {
      reader_.Closed(io.status == net::IoStatus::kError ? io.error : 0);
    }
    Finish();
  }
}

void HttpGet::Run::OnDeadline() {
  Fail("timeout after " + std::to_string(request_.timeout_ms) + " ms");
}

void HttpGet::Run::Fail(std::string error) {
  reader_.result().error = std::move(error);
  Finish();
}

void HttpGet::Run::Finish() {
  if (!done_) return;
  const auto done = std::move(done_);
  Cancel();
  done(reader_.result());
}

HttpGet::HttpGet(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
                 HttpGetRequest request, std::function<void(const HttpGetResult&)> done)
    : run_(std::make_unique<Run>(loop, tls, std::move(request), std::move(done))), loop_(loop) {
  run_->Start(resolver);
}

HttpGet::~HttpGet() {
  run_->Cancel();
  loop_->DestroyLater(std::move(run_));
}

}  // namespace banto::health
