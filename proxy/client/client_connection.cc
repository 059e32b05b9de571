// budget: the steps of one machine. What has a state of its own stands apart (RequestReader,
// UnparsedBytes, AnswerWriter); the rest reads and sets the one state of the connection.
#include "proxy/client/client_connection.h"

#include <utility>

#include "proxy/client/refused_answer.h"
#include "proxy/client/request_id.h"
#include "proxy/exchange/caller_key.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http/writer.h"

#include "proxy/question/coded_body.h"

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
  const size_t room = ReadsAhead() ? input_.Room() : net::EventLoop::kScratchBytes;
  const net::IoResult result = stream_->Read(room, &bytes);
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
      if (Keep(bytes)) AwaitMore();
      // Its end may lie behind more than is read now.
      if (stream_->peer_ended()) NoteClientEnd();
      return;
    case State::kLingering:
    case State::kClosed:
      return;
  }
}

void ClientConnection::Consume(std::string_view bytes) {
  if (!input_.empty()) {
    if (Keep(bytes)) ParseInput(1);
    return;
  }
  // The usual case: the request is read where the socket put it, only its own parts are copied.
  const std::string_view rest = bytes.substr(Parse(bytes));
  if (rest.empty() || state_ == State::kClosed || state_ == State::kLingering) return;
  if (Keep(rest)) AwaitMore();
}

// Requests that nobody has begun to answer may be dropped: their client sends them again elsewhere
// or later (RFC 9112 §9.3.1). False: that was done, and the connection ends.
bool ClientConnection::Keep(std::string_view bytes) {
  if (input_.Append(bytes, owner_->read_limits().budget)) return true;
  if (state_ == State::kExchange || state_ == State::kFlushing) {
    keep_alive_ = false;
    stream_->SetReading(false);
  } else {
    Refuse(BuffersFull());
  }
  return false;
}

int ClientConnection::TakeTurn(int requests_max) {
  // It may have begun to wait for its client since it was listed.
  if (state_ != State::kHeld || writer_.pending() > 0) return 0;
  state_ = State::kIdle;
  return ParseInput(requests_max);
}

// Answers what has come, one after the other, and returns how many requests that were.
int ClientConnection::ParseInput(int requests_max) {
  UnparsedBytes input = input_.Take();
  int requests = 0;
  while (requests < requests_max && !input.empty()) {
    input.DropParsed(Parse(input.view()));
    ++requests;
    if (state_ != State::kIdle) break;
  }
  if (state_ == State::kClosed || state_ == State::kLingering) return requests;
  if (!input.empty()) input_ = std::move(input);
  AwaitMore();
  return requests;
}

// What was not taken waits: for more bytes, for the answer to the request before, or for its turn,
// because a client that pipelines must neither nest calls without end nor keep others
// waiting. Nobody is read from beyond a bound, who takes no answers least of all.
void ClientConnection::AwaitMore() {
  if (state_ == State::kReading && stream_->ended()) return OnEnd();
  if (state_ == State::kIdle && !input_.empty()) AwaitRequest();
  stream_->SetReading(!ReadsAhead() || !input_.full());
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
        if (!had_head && RefusesHead()) return used;
        // The head has one deadline; a body may take its time as long as it moves.
        if (reader_.head_done() && (consumed > 0 || !had_head))
          timer_.Set(reader_.BodyLimitMs(config().timeouts, context_->loop->NowMs()));
        return used;
      case RequestReader::Status::kNeedContinue:
        if (!had_head && RefusesHead()) return used;
        if (!writer_.WriteRaw(stream_.get(), "HTTP/1.1 100 Continue\r\n\r\n")) {
          Close();
          return used;
        }
        continue;
      case RequestReader::Status::kBad:
        Refuse(reader_.TakeRefusal(), in.substr(used));
        return used;
      case RequestReader::Status::kDone:
        BeginExchange();
        return used;
    }
  }
}

// Nobody's body is awaited, and held, who may not ask.
bool ClientConnection::RefusesHead() {
  if (!reader_.head_done()) return false;
  Refusal refusal = RefuseUnkeyed(*context_->snapshot, *reader_.head());
  if (refusal.status == 0) return false;
  Refuse(std::move(refusal));
  return true;
}

void ClientConnection::BeginExchange() {
  state_ = State::kExchange;
  timer_.Cancel();
  std::shared_ptr<Request> request = reader_.Take();
  request->peer_ip = peer_.ip;
  request->peer_trusted = peer_.TrustedBy(config().trusted_proxies);
  request->client_ip = ForwardedClient(request->head, peer_, config().trusted_proxies);
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
      return Refuse(reader_.TooLate(config().timeouts, context_->loop->NowMs()), input_.view());
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

// RFC 9110 §15.2: never to a client of HTTP/1.0.
void ClientConnection::Inform(int status, const http::FieldList& fields) {
  if (state_ != State::kExchange || minor_version_ == 0 || !writable()) return;
  std::string head;
  http::AppendStatusLine(status, &head);
  head.append(fields.lines()).append("\r\n");
  if (!writer_.WriteRaw(stream_.get(), head)) Close();
}

void ClientConnection::Start(const AnswerHead& head) {
  if (state_ == State::kClosed) return;
  // A refused request may have left half a body behind; its connection is not used again (RFC 9112
  // §9.3).
  writer_.Start(head, minor_version_, keep_alive_, owner_->HttpDateNow());
  if (writer_.framing() == AnswerWriter::Framing::kUntilClose) keep_alive_ = false;
}

void ClientConnection::Write(std::span<const std::string_view> pieces, bool end) {
  if (state_ == State::kClosed) return;
  if (!writer_.Write(stream_.get(), pieces, end)) return Close();
  // From its first byte that waits: an answer that grows must not put off the end of whoever does
  // not take it.
  if (writer_.pending() > 0 && (state_ != State::kExchange || !timer_.armed()))
    timer_.Set(config().timeouts.idle_ms);
}

void ClientConnection::Abort() {
  // The framing's end is missing: whoever reads it knows. Without framing only a reset can say so.
  if (writer_.framing() == AnswerWriter::Framing::kUntilClose) stream_->ResetOnClose();
  keep_alive_ = false;
}

void ClientConnection::Release() {
  if (exchange_) context_->loop->DestroyLater(std::move(exchange_));
  if (state_ == State::kClosed) return;
  state_ = State::kFlushing;
  if (writer_.pending() == 0) FinishAnswer();
}

void ClientConnection::OnWritable() {
  if (state_ == State::kClosed) return;
  if (!writer_.Flush(stream_.get())) return Close();
  const bool all = writer_.pending() == 0;
  if (!all) timer_.Set(config().timeouts.idle_ms);
  if (state_ == State::kExchange) {
    if (all) timer_.Cancel();
    if (writable() && exchange_) exchange_->OnClientWritable();
  } else if (state_ == State::kFlushing && all) {
    FinishAnswer();
  } else if (state_ == State::kHeld && all) {
    if (!keep_alive_) return Linger();
    AwaitRequest();
  }
}

// The client is slow. What was thought to be out is pending again, whatever goes on since then.
void ClientConnection::OnUnsent(std::string_view rest, int error) {
  if (state_ == State::kClosed) return;
  if (error != 0) return Close();
  writer_.TakeBack(rest);
  if (state_ == State::kIdle) state_ = State::kHeld;
  if (state_ != State::kReading) timer_.Set(config().timeouts.idle_ms);
}

void ClientConnection::FinishAnswer() {
  if (!keep_alive_ || !writer_.ended() || context_->draining) {
    stream_->SendNow();
    if (state_ == State::kFlushing && writer_.pending() == 0) Linger();
    return;
  }
  writer_.Reset();
  AwaitRequest();
}

// The last answer is out, or on its way.
void ClientConnection::AwaitRequest() {
  if (input_.empty()) {
    state_ = State::kIdle;
    stream_->SetReading(true);
    timer_.Set(stream_->ended() ? 0 : config().timeouts.client_idle_ms);
    return;
  }
  state_ = State::kHeld;
  if (writer_.pending() > 0) return;
  timer_.Cancel();
  owner_->requests()->Await(this);
}

void ClientConnection::Refuse(Refusal refusal, std::string_view bytes) {
  const http::RequestHead* head = reader_.head();
  const int status = refusal.status;
  const char* const code = refusal.code;
  std::string id;
  SetRequestId("", context_->random(), &id);
  const ErrorAnswer answer = AnswerRefused(head != nullptr ? FromHead(*head) : FromBytes(bytes),
                                           std::move(refusal), id, *context_->snapshot);
  keep_alive_ = false;
  state_ = State::kFlushing;
  const std::string_view client =
      head != nullptr ? ForwardedClient(*head, peer_, config().trusted_proxies) : peer_.ip;
  owner_->OnRefused(id, std::string(client), head, status, code);
  const std::string_view piece = answer.body;
  Start(answer.head);
  Write({&piece, 1}, true);
  if (state_ == State::kFlushing && writer_.pending() == 0) FinishAnswer();
}

// Told once, while the request is there that it came upon: those that begin later were sent by a
// client that was to end.
void ClientConnection::NoteClientEnd() {
  if (std::exchange(client_ended_, true)) return;
  if (state_ == State::kExchange) exchange_->OnClientEnded();
}

// Nothing more comes. What came whole is answered first (RFC 9112 §9.3.2).
void ClientConnection::OnEnd() {
  NoteClientEnd();
  if (state_ == State::kHeld || state_ == State::kExchange || state_ == State::kFlushing) return;
  keep_alive_ = false;
  if (state_ != State::kLingering) stream_->SendNow();
  if (state_ == State::kLingering || writer_.pending() == 0) return Close();
  state_ = State::kFlushing;
  timer_.Set(config().timeouts.idle_ms);
}

// Our side ends; what the client is still sending is read for a while, because closing over unread
// bytes resets the connection and the answer with it (RFC 9112 §9.6).
void ClientConnection::Linger() {
  state_ = State::kLingering;
  writer_.Reset();
  input_.Clear();
  stream_->ShutdownWrite();
  stream_->SetReading(true);
  timer_.Set(kLingerMs);
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
