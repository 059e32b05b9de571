#include "proxy/fetch/attempt.h"

#include <array>
#include <cassert>
#include <cstring>
#include <utility>

#include "proxy/api/engine_traits.h"
#include "proxy/fetch/outgoing_head.h"
#include "proxy/net/own_shortage.h"
#include "proxy/net/spare_string.h"

namespace banto {

Attempt::Attempt(ThreadContext* context, const Question& question, upstream::InFlight slot,
                 const UpstreamCall* call, int number, AttemptListener* listener)
    : context_(context),
      listener_(listener),
      number_(number),
      timer_(context->loop, [this] { OnTimeout(); }),
      slot_(std::move(slot)),
      call_(call),
      config_(&question.config()),
      timeouts_(&question.timeouts()),
      head_bytes_(net::TakeSpareString()) {}

Attempt::~Attempt() { net::LeaveSpareString(std::move(head_bytes_)); }

void Attempt::Start() {
  assert(state_ == State::kIdle);
  started_us_ = net::EventLoop::NowUs();
  AppendOutgoingHead(*call_, *worker(), config_->cors, number_, &head_bytes_);
  connection_ = context_->pool->Take(worker()->state.get());
  if (connection_.stream) {
    connection_.stream->set_handler(this);
    Send();
    return;
  }
  state_ = State::kDialling;
  timer_.Set(timeouts_->connect_ms);
  DialListener* const listener = this;
  dial_ = std::make_unique<Dial>(context_->loop, context_->resolver, worker().get(), listener);
  dial_->Start();
}

void Attempt::OnDialled(std::unique_ptr<net::Stream> stream) {
  if (state_ != State::kDialling) return context_->loop->DestroyLater(std::move(stream));
  context_->loop->DestroyLater(std::move(dial_));
  connection_.worker = worker()->state;
  connection_.requests = 0;
  connection_.stream = std::move(stream);
  connection_.stream->set_handler(this);
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
    // What a worker answered before it closed (a 413, say) is worth more than our EPIPE.
    if (read_anything_) return;
    return FailBy(result.error, FailureKind::kReset,
                  "the connection broke while the request was sent");
  }
  if (result.status == net::IoStatus::kOk) sent_bytes_ += result.bytes;
  timer_.Set(timeouts_->first_byte_ms);
}

void Attempt::OnWritable() {
  if (state_ == State::kAwaiting && sent_bytes_ < head_bytes_.size() + call_->body.size()) Send();
}

void Attempt::OnUnsent(std::string_view rest, int error) {
  sent_bytes_ -= rest.size();
  if (state_ == State::kAwaiting && error != 0 && !read_anything_)
    FailBy(error, FailureKind::kReset, "the connection broke while the request was sent");
}

void Attempt::OnReadable() {
  if (state_ != State::kAwaiting && state_ != State::kReceiving) return;
  std::string_view bytes;
  const net::IoResult result = connection_.stream->Read(net::EventLoop::kScratchBytes, &bytes);
  if (result.status == net::IoStatus::kWouldBlock) return;
  if (result.status != net::IoStatus::kOk) return OnPeerClosed(result);
  if (!read_anything_) {
    read_anything_ = true;
    first_byte_us_ = context_->loop->CallbackUs();
  }
  if (state_ == State::kReceiving) return ReadPayload(bytes);
  std::string joined;
  if (heads_.begun()) {
    joined = heads_.Join(bytes);
    bytes = joined;
  }
  if (ReadHead(&bytes)) ReadPayload(bytes);
}

// True once the final head is parsed; *bytes is then what follows it.
bool Attempt::ReadHead(std::string_view* bytes) {
  using Status = ResponseHeadReader::Status;
  constexpr int kContinue = 100;
  Status status;
  while ((status = heads_.Read(config_->limits, call_->head->method(), bytes)) ==
         Status::kInterim) {
    timer_.Set(timeouts_->first_byte_ms);  // a sign of life
    // A client waiting for a 100 already got ours.
    if (heads_.head().status() != kContinue) listener_->OnAttemptInterim(heads_.head());
    if (state_ != State::kAwaiting) return false;
  }
  if (status == Status::kBad) Fail(heads_.kind(), heads_.what());
  if (status != Status::kFinal) return false;
  body_ = http::BodyParser(heads_.head().framing());
  state_ = State::kReceiving;
  timer_.Set(timeouts_->idle_ms);
  listener_->OnAttemptHead(heads_.mutable_head());
  return state_ == State::kReceiving;
}

void Attempt::ReadPayload(std::string_view bytes) {
  constexpr size_t kPiecesMax = 64;
  std::array<std::string_view, kPiecesMax> pieces;
  do {
    size_t count = 0;
    while (count < kPiecesMax && body_.state() == http::BodyParser::State::kReading) {
      const http::BodyParser::Piece piece = body_.Next(bytes);
      bytes.remove_prefix(piece.consumed);
      if (!piece.payload.empty()) pieces[count++] = piece.payload;
      if (piece.consumed == 0) break;
    }
    if (body_.state() == http::BodyParser::State::kBad)
      return Fail(FailureKind::kProtocol, body_.error());
    if (body_.done()) {
      Complete(!bytes.empty());
      listener_->OnAttemptData({pieces.data(), count}, true);
      return;
    }
    if (count == 0) break;
    listener_->OnAttemptData({pieces.data(), count}, false);
  } while (!bytes.empty() && state_ == State::kReceiving);
  if (state_ == State::kReceiving && !paused_) timer_.Set(timeouts_->idle_ms);
}

void Attempt::OnPeerClosed(const net::IoResult& result) {
  if (state_ == State::kReceiving && result.status == net::IoStatus::kEof &&
      body_.Close() == http::BodyParser::State::kDone) {
    Complete(true);
    listener_->OnAttemptData({}, true);
    return;
  }
  std::string what = result.status == net::IoStatus::kEof
                         ? "the worker closed the connection"
                         : std::string("read: ") + std::strerror(result.error);
  if (!connection_.stream->detail().empty()) what += " (" + connection_.stream->detail() + ")";
  FailBy(result.error, FailureKind::kReset, what);
}

// The slot is free, and the connection back in its pool, before the listener is called.
void Attempt::Complete(bool extra_bytes) {
  state_ = State::kDone;
  timer_.Cancel();
  if (heads_.head().status() / 100 == 2) slot_.ReleasePrompt();
  const bool all_sent = sent_bytes_ == head_bytes_.size() + call_->body.size();
  const bool streamed = body_.kind() == http::BodyKind::kChunked;
  const bool closes = streamed && api::TraitsOf(worker()->kind).closes_after_stream;
  if (heads_.head().keep_alive() && all_sent && !extra_bytes && !closes && !paused_) {
    ++connection_.requests;
    context_->pool->Put(std::move(connection_));
  }
  if (connection_.stream) context_->loop->DestroyLater(std::move(connection_.stream));
  ReleaseSlot();
}

void Attempt::Fail(FailureKind kind, std::string_view what) {
  if (state_ == State::kDone) return;
  Failure failure;
  failure.kind = kind;
  failure.sent = sent_bytes_ > 0;
  failure.reused = connection_.requests > 0 && !read_anything_;
  failure.message = worker()->name();
  failure.message.append(": ").append(what);
  state_ = State::kDone;
  timer_.Cancel();
  listener_->OnAttemptFailed(failure);
}

// `error`: an errno, or 0.
void Attempt::FailBy(int error, FailureKind kind, std::string_view what) {
  Fail(net::IsOwnShortage(error) ? FailureKind::kNoDescriptors : kind, what);
}

void Attempt::Cancel() {
  state_ = State::kDone;
  timer_.Cancel();
  if (dial_) {
    dial_->Cancel();
    context_->loop->DestroyLater(std::move(dial_));
  }
  if (connection_.stream) context_->loop->DestroyLater(std::move(connection_.stream));
  ReleaseSlot();
}

void Attempt::ReleaseSlot() {
  if (slot_) worker_ = slot_.Release();
}

void Attempt::OnTimeout() {
  switch (state_) {
    case State::kDialling:
      if (dial_->resolving())
        return Fail(FailureKind::kResolve, "its name could not be looked up in time");
      return Fail(FailureKind::kConnectTimeout, "connect timed out");
    case State::kAwaiting:
      return Fail(FailureKind::kFirstByteTimeout, "no answer within first_byte");
    case State::kReceiving:
      return Fail(FailureKind::kIdleTimeout, "silent for longer than idle");
    case State::kIdle:
    case State::kDone:
      return;
  }
}

void Attempt::Pause() {
  if (paused_ || state_ != State::kReceiving) return;
  paused_ = true;
  timer_.Cancel();
  connection_.stream->SetReading(false);
}

void Attempt::Resume() {
  if (!paused_) return;
  paused_ = false;
  if (state_ != State::kReceiving) return;
  timer_.Set(timeouts_->idle_ms);
  connection_.stream->SetReading(true);
}

}  // namespace banto
