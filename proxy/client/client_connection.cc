#include "proxy/client/client_connection.h"

#include <algorithm>
#include <utility>

#include "proxy/client/request_id.h"
#include "proxy/exchange/exchange.h"

namespace banto {

ClientConnection::ClientConnection(ConnectionOwner* owner, ThreadContext* thread, int fd, Peer peer)
    : context_(thread),
      stream_(net::Stream::Accepted(thread->loop, fd, this)),
      owner_(owner),
      peer_(std::move(peer)),
      timer_(thread->loop, [this] { OnTimeout(); }) {
  timer_.Set(config().timeouts.client_header_ms);
}

ClientConnection::~ClientConnection() = default;

void ClientConnection::OnReadable() {
  if (state_ == State::kClosed) return;
  // Whatever it still had to say, there is nobody to answer.
  if (stream_->broken() && state_ != State::kLingering) return Close();
  std::string_view bytes;
  const net::IoResult result = stream_->Read(ReadRoom(), &bytes);
  if (result.status == net::IoStatus::kWouldBlock) return;
  if (result.status == net::IoStatus::kEof) return OnEnd();
  if (result.status != net::IoStatus::kOk) return Close();
  switch (state_) {
    case State::kIdle:
    case State::kReading:
      return Consume(bytes);
    case State::kHeld:
    case State::kExchange:
    case State::kFlushing:
      if (Append(bytes)) KeepRest();
      // Its end may lie behind more than is read now.
      if (stream_->peer_ended()) NoteClientEnd();
      return;
    case State::kLingering:
    case State::kClosed:
      return;
  }
}

// How much is read at once. Of requests whose turn has not come no more than a bound: the rest
// stays in the socket, where it holds the client up.
size_t ClientConnection::ReadRoom() const {
  if (state_ != State::kHeld && state_ != State::kExchange && state_ != State::kFlushing)
    return net::EventLoop::kScratchBytes;
  constexpr size_t kLeast = 1024;  // the client's end lies behind its bytes
  return unparsed() + kLeast < kPipelinedBytesMax ? kPipelinedBytesMax - unparsed() : kLeast;
}

void ClientConnection::Consume(std::string_view bytes) {
  if (!input_.empty()) {
    if (Append(bytes)) ParseInput(1);
    return;
  }
  // The usual case: the request is read where the socket put it, only its own parts are copied.
  const std::string_view rest = bytes.substr(Parse(bytes));
  if (rest.empty() || state_ == State::kClosed || state_ == State::kLingering) return;
  if (Append(rest)) KeepRest();
}

// What was parsed is dropped when it is half of all, so that a byte is moved once at the most.
// False: the process holds too much already, and the connection ends.
bool ClientConnection::Append(std::string_view bytes) {
  if (parsed_ >= unparsed()) {
    input_.erase(0, parsed_);
    parsed_ = 0;
  }
  input_.append(bytes);
  if (ahead_.Resize(owner_->read_limits().budget, input_.size())) return true;
  OnNoRoom();
  return false;
}

// Requests that nobody has begun to answer may be dropped: their client sends them again elsewhere
// or later (RFC 9112 §9.3.1).
void ClientConnection::OnNoRoom() {
  std::string().swap(input_);
  parsed_ = 0;
  ahead_ = BufferedBytes();
  if (state_ == State::kExchange || state_ == State::kFlushing) {
    keep_alive_ = false;
    stream_->SetReading(false);
    return;
  }
  Refuse(503, "buffers_full", "Too many request bytes are being held (buffered_bytes_max).");
}

int ClientConnection::TakeTurn(int requests_max) {
  // It may have begun to wait for its client since it was listed.
  if (state_ != State::kHeld || writer_.pending() > 0) return 0;
  state_ = State::kIdle;
  return ParseInput(requests_max);
}

// Answers what has come, one after the other, and returns how many requests that were.
int ClientConnection::ParseInput(int requests_max) {
  // Out of reach of whoever is called meanwhile.
  std::string input = std::move(input_);
  input_.clear();
  size_t parsed = std::exchange(parsed_, 0);
  int requests = 0;
  while (requests < requests_max && parsed < input.size()) {
    parsed += Parse(std::string_view(input).substr(parsed));
    ++requests;
    if (state_ != State::kIdle) break;
  }
  if (state_ == State::kClosed || state_ == State::kLingering) return requests;
  if (parsed < input.size()) {
    input_ = std::move(input);
    parsed_ = parsed;
  } else {
    ahead_ = BufferedBytes();
  }
  KeepRest();
  return requests;
}

// What was not taken waits: for more bytes, for the answer to the request before, or for its turn,
// because a client that pipelines must neither nest calls without end nor keep others
// waiting. Nobody is read from beyond a bound, who takes no answers least of all.
void ClientConnection::KeepRest() {
  if (state_ == State::kReading && stream_->ended()) return OnEnd();
  if (state_ == State::kIdle && unparsed() > 0) AwaitRequest();
  stream_->SetReading(state_ == State::kIdle || state_ == State::kReading ||
                      unparsed() < kPipelinedBytesMax);
}

// Reads as far as one request; returns how many bytes of `in` it took. An Exchange may have begun
// and even ended when it returns.
size_t ClientConnection::Parse(std::string_view in) {
  size_t used = 0;
  if (state_ == State::kIdle) {
    state_ = State::kReading;
    timer_.Set(config().timeouts.client_header_ms);
  }
  while (true) {
    size_t consumed = 0;
    const bool had_head = reader_.head_done();
    const RequestReader::Status status = reader_.Read(in.substr(used), owner_->read_limits(),
                                                      context_->loop->CallbackUs(), &consumed);
    used += consumed;
    switch (status) {
      case RequestReader::Status::kMore:
        // The head has one deadline; a body may take its time as long as it moves.
        if (reader_.head_done() && (consumed > 0 || !had_head)) timer_.Set(BodyLimitMs());
        return used;
      case RequestReader::Status::kNeedContinue:
        if (!writer_.WriteRaw(stream_.get(), "HTTP/1.1 100 Continue\r\n\r\n")) {
          Close();
          return used;
        }
        continue;
      case RequestReader::Status::kBad:
        Refuse(reader_.http_status(), reader_.code(), reader_.error(), in.substr(used));
        return used;
      case RequestReader::Status::kDone:
        BeginExchange();
        return used;
    }
  }
}

// Until the next bytes of a body, and for all of it.
int64_t ClientConnection::BodyLimitMs() const {
  const conf::Timeouts& timeouts = config().timeouts;
  const int64_t since_ms = context_->loop->NowMs() - reader_.head_at_us() / 1000;
  return std::clamp<int64_t>(timeouts.client_body_total_ms - since_ms, 0, timeouts.client_body_ms);
}

std::string_view ClientConnection::WhoAsks(const http::RequestHead& head) const {
  const std::span<const net::Network> trusted = config().trusted_proxies;
  if (!head.Has(http::FieldName::kXForwardedFor) || !peer_.TrustedBy(trusted)) return peer_.ip;
  return ForwardedClient(head, peer_, trusted);
}

void ClientConnection::BeginExchange() {
  state_ = State::kExchange;
  timer_.Cancel();
  std::shared_ptr<Request> request = reader_.Take();
  request->peer_ip = peer_.ip;
  request->peer_trusted = peer_.TrustedBy(config().trusted_proxies);
  request->client_ip = WhoAsks(request->head);
  // The connection may be gone before its request.
  if (request->client_ip.data() == peer_.ip.data()) request->client_ip = request->peer_ip;
  SetRequestId(request->head.Find(http::FieldName::kXRequestId).value_or(""), context_->random(),
               &request->id);
  keep_alive_ = request->head.keep_alive() && !context_->draining;
  minor_version_ = request->head.minor_version();
  exchange_ = std::make_unique<Exchange>(context_, this, std::move(request));
  exchange_->Run();
}

void ClientConnection::OnTimeout() {
  switch (state_) {
    case State::kIdle:
    case State::kLingering:
      return Close();
    case State::kReading:
      return RefuseLate();
    case State::kHeld:
    case State::kExchange:
    case State::kFlushing:
      // It takes no bytes any more. A reset, so that what it has cannot pass for the whole.
      stream_->ResetOnClose();
      return Close();
    case State::kClosed:
      return;
  }
}

void ClientConnection::RefuseLate() {
  std::string limit = "client_header";
  if (reader_.head_done()) limit = BodyLimitMs() > 0 ? "client_body" : "client_body_total";
  Refuse(408, "request_timeout", "The request did not arrive within timeouts." + limit + ".",
         std::string_view(input_).substr(parsed_));
}

void ClientConnection::Drain() {
  keep_alive_ = false;
  if (state_ != State::kIdle) return;
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
  LeaveQueue();
  stream_->SetReading(false);
  if (exchange_) {
    exchange_->OnClientGone();
    context_->loop->DestroyLater(std::move(exchange_));
  }
  owner_->Remove(this);
}

}  // namespace banto
