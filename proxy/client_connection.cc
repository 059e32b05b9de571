#include "proxy/client_connection.h"

#include "proxy/exchange.h"
#include "proxy/proxy_thread.h"
#include "proxy/request_id.h"

namespace banto {

ClientConnection::ClientConnection(ProxyThread* thread, int fd, std::string client_ip)
    : thread_(thread),
      stream_(net::Stream::Accepted(thread->loop(), fd, this)),
      client_ip_(std::move(client_ip)),
      timer_(thread->loop(), [this] { OnTimeout(); }) {
  timer_.Set(thread_->config().timeouts.client_header_ms);
}

ClientConnection::~ClientConnection() = default;

void ClientConnection::OnReadable() {
  if (state_ == State::kClosed) return;
  std::string_view bytes;
  const net::IoResult result = stream_->Read(net::EventLoop::kScratchBytes, &bytes);
  if (result.status == net::IoStatus::kWouldBlock) return;
  if (result.status != net::IoStatus::kOk) return Close();
  switch (state_) {
    case State::kIdle:
    case State::kReading:
      return Consume(bytes);
    case State::kExchange:
    case State::kFlushing:
      return WatchWhileBusy(bytes);
    case State::kLingering:
    case State::kClosed:
      return;
  }
}

// Bytes of the next request while this one is answered: kept up to a bound, then the client has to
// wait.
void ClientConnection::WatchWhileBusy(std::string_view bytes) {
  input_.append(bytes);
  if (input_.size() >= kPipelinedBytesMax) stream_->SetReading(false);
}

void ClientConnection::Consume(std::string_view bytes) {
  // The usual case: the request is read where the socket put it, only its own parts are copied.
  if (input_.empty()) return Keep(bytes.substr(Parse(bytes)));
  input_.append(bytes);
  ParseInput();
}

void ClientConnection::ParseInput() {
  const std::string input = std::move(input_);
  input_.clear();
  Keep(std::string_view(input).substr(Parse(input)));
}

// What Parse did not take waits: for more bytes, or for the answer to the request before. When that
// answer is out already (a hit), a later turn goes on: a client that pipelines must not build a
// tower of calls.
void ClientConnection::Keep(std::string_view rest) {
  if (state_ == State::kClosed || state_ == State::kLingering) return;
  input_.assign(rest);
  if (state_ == State::kIdle && !input_.empty()) timer_.Set(0);
}

// Reads as far as one request; returns how many bytes of `in` it took. An Exchange may have begun
// and even ended when it returns.
size_t ClientConnection::Parse(std::string_view in) {
  size_t used = 0;
  if (state_ == State::kIdle) {
    state_ = State::kReading;
    timer_.Set(thread_->config().timeouts.client_header_ms);
  }
  while (true) {
    size_t consumed = 0;
    const bool had_head = reader_.head_done();
    const RequestReader::Status status = reader_.Read(in.substr(used), thread_->read_limits(),
                                                      thread_->loop()->CallbackUs(), &consumed);
    used += consumed;
    switch (status) {
      case RequestReader::Status::kMore:
        // The head has one deadline; a body may take its time as long as it moves.
        if (reader_.head_done() && (consumed > 0 || !had_head))
          timer_.Set(thread_->config().timeouts.client_body_ms);
        return used;
      case RequestReader::Status::kNeedContinue:
        if (!writer_.WriteRaw(stream_.get(), "HTTP/1.1 100 Continue\r\n\r\n")) {
          Close();
          return used;
        }
        continue;
      case RequestReader::Status::kBad:
        Refuse(reader_.http_status(), reader_.code(), reader_.error());
        return used;
      case RequestReader::Status::kDone:
        BeginExchange();
        return used;
    }
  }
}

void ClientConnection::BeginExchange() {
  state_ = State::kExchange;
  timer_.Cancel();
  std::shared_ptr<Request> request = reader_.Take();
  request->client_ip = client_ip_;
  SetRequestId(request->head.Find(http::FieldName::kXRequestId).value_or(""),
               thread_->context()->random(), &request->id);
  keep_alive_ = request->head.keep_alive() && !thread_->context()->draining;
  minor_version_ = request->head.minor_version();
  exchange_ = std::make_unique<Exchange>(thread_->context(), this, std::move(request));
  exchange_->Run();
}

void ClientConnection::OnTimeout() {
  switch (state_) {
    case State::kIdle:
      if (writer_.pending() == 0 && !input_.empty()) return ParseInput();
      if (writer_.pending() > 0) stream_->ResetOnClose();
      return Close();
    case State::kReading:
      return Refuse(408, "request_timeout", "The request did not arrive in time.");
    case State::kExchange:
    case State::kFlushing:
      // It takes no bytes any more. A reset, so that what it has cannot pass for the whole.
      stream_->ResetOnClose();
      return Close();
    case State::kLingering:
      return Close();
    case State::kClosed:
      return;
  }
}

void ClientConnection::Drain() {
  keep_alive_ = false;
  if (state_ != State::kIdle || !input_.empty()) return;
  stream_->SendNow();
  if (state_ == State::kIdle && writer_.pending() == 0) Close();
}

void ClientConnection::CutShort() {
  if (state_ == State::kExchange && exchange_) exchange_->OnShutDown();
}

void ClientConnection::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  timer_.Cancel();
  stream_->SetReading(false);
  if (exchange_) {
    exchange_->OnClientGone();
    thread_->loop()->DestroyLater(std::move(exchange_));
  }
  thread_->Remove(this);
}

}  // namespace banto
