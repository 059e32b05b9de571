// The second half of a ClientConnection: the answer, and what comes after it.
#include "proxy/api/error_shape.h"
#include "proxy/api/unknown_path.h"
#include "proxy/client/client_connection.h"
#include "proxy/client/refused_head.h"
#include "proxy/client/request_id.h"
#include "proxy/exchange/answer_head.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http/writer.h"
#include "proxy/routing/router.h"

namespace banto {

// RFC 9110 §15.2: never to a client of HTTP/1.0.
void ClientConnection::Inform(int status, std::string_view fields) {
  if (state_ != State::kExchange || minor_version_ == 0 || !writable()) return;
  std::string head;
  http::AppendStatusLine(status, &head);
  head.append(fields).append("\r\n");
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
  if (unparsed() == 0) {
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

void ClientConnection::Refuse(int status, const char* code, const std::string& message,
                              std::string_view bytes) {
  const http::RequestHead* head = reader_.head();
  const RefusedHead told = head != nullptr ? FromHead(*head) : FromBytes(bytes);
  const api::Family family = api::ErrorFamily(told.path, told.anthropic);
  std::string id;
  SetRequestId("", context_->random(), &id);
  const std::string body = api::ErrorBody(family, {status, code, message, id});
  ops::ExchangeRecord record;
  record.request_id = id;
  record.error = code;
  HeadFacts facts(AnswerKind::kError, record);
  facts.content_type = api::ErrorContentType(family);
  facts.retry_after_s = status == 429 || status == 503 ? 1 : 0;
  const Snapshot& snapshot = *context_->snapshot;
  facts.cors = DecideCors(snapshot.config->cors, OriginsOf(snapshot, told.method, told.path),
                          told.origin, told.host);
  AnswerHead answer;
  answer.status = status;
  answer.no_payload = told.method == "HEAD";
  // Of CONNECT and TRACE, which no path takes (RFC 9110 §15.5.6).
  if (status == 405) facts.allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  AppendAnswerFields(facts, &answer.fields);
  answer.length = static_cast<int64_t>(body.size());
  keep_alive_ = false;
  state_ = State::kFlushing;
  owner_->OnRefused(id, std::string(head != nullptr ? WhoAsks(*head) : peer_.ip), head, status,
                    code);
  const std::string_view piece = body;
  Start(answer);
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
  std::string().swap(input_);
  parsed_ = 0;
  ahead_ = BufferedBytes();
  stream_->ShutdownWrite();
  stream_->SetReading(true);
  timer_.Set(kLingerMs);
}

}  // namespace banto
