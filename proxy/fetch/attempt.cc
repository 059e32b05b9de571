#include "proxy/fetch/attempt.h"

#include <array>
#include <cstring>

#include "proxy/api/engine_traits.h"
#include "proxy/http/same_head.h"
#include "proxy/net/own_shortage.h"
#include "proxy/net/spare_list.h"
#include "proxy/net/spare_string.h"

namespace banto {
namespace {

// Of all interim answers together, in header_bytes_max: a gateway may say 102 every few seconds.
constexpr size_t kInterimHeadsMax = 16;

// As earlier answers on this thread left them: the next answer may have the same head.
net::SpareList<std::unique_ptr<http::ResponseHead>>& SpareHeads() {
  thread_local net::SpareList<std::unique_ptr<http::ResponseHead>> heads;
  return heads;
}

http::HeadLimits HeadLimitsOf(const conf::Limits& limits) {
  return {static_cast<size_t>(limits.header_bytes_max), static_cast<size_t>(limits.headers_max)};
}

}  // namespace

Attempt::Attempt(ThreadContext* context, const conf::Config& config, upstream::InFlight slot,
                 const UpstreamCall* call, int number, AttemptListener* listener)
    : context_(context),
      listener_(listener),
      number_(number),
      timer_(context->loop, [this] { OnTimeout(); }),
      slot_(std::move(slot)),
      call_(call),
      config_(&config),
      head_bytes_(net::TakeSpareString()),
      head_(SpareHeads().Take()) {
  if (!head_) head_ = std::make_unique<http::ResponseHead>();
}

Attempt::~Attempt() {
  if (alive_) *alive_ = false;
  net::LeaveSpareString(std::move(head_bytes_));
  if (head_->bytes().capacity() <= net::kSpareBytesMax) SpareHeads().Leave(std::move(head_));
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
  if (state_ == State::kAwaiting) {
    if (!input_.empty()) {
      input_.append(bytes);
      // ParseHead leaves the payload that came with the head in `bytes`; it must not live in
      // input_, which Resume may reuse.
      std::string joined = std::move(input_);
      input_.clear();
      bytes = joined;
      if (ParseHead(&bytes)) ReadPayload(bytes);
      return;
    }
    if (!ParseHead(&bytes)) return;
  }
  ReadPayload(bytes);
}

// True when the final head is read and *bytes holds what follows it.
bool Attempt::ParseHead(std::string_view* bytes) {
  while (true) {
    const http::ParseResult result = http::ReadHead(*bytes, scanned_, HeadLimitsOf(config_->limits),
                                                    call_->head->method(), head_.get());
    if (result.status == http::ParseStatus::kMore) {
      scanned_ = bytes->size();
      input_.assign(*bytes);
      return false;
    }
    if (result.status == http::ParseStatus::kBad) {
      FailHead(result);
      return false;
    }
    bytes->remove_prefix(result.consumed);
    scanned_ = 0;
    if (head_->status() >= 200) break;
    if (!TakeInterim(result.consumed)) return false;
  }
  body_ = http::BodyParser(head_->framing());
  state_ = State::kReceiving;
  timer_.Set(config_->timeouts.idle_ms);
  listener_->OnAttemptHead(*head_);
  return state_ == State::kReceiving;
}

// 431: longer than our limits allow, which is not the worker's fault.
void Attempt::FailHead(const http::ParseResult& result) {
  if (result.http_status != 431) return Fail(FailureKind::kProtocol, result.error);
  Fail(FailureKind::kHeadTooLong,
       std::string(result.error) + " (limits.header_bytes_max, limits.headers_max)");
}

// False: it is over.
bool Attempt::TakeInterim(size_t head_bytes) {
  constexpr int kContinue = 100, kSwitchingProtocols = 101;
  if (head_->status() == kSwitchingProtocols) {
    Fail(FailureKind::kProtocol, "a switch of protocols that nobody asked for");
    return false;
  }
  interim_bytes_ += head_bytes;
  if (interim_bytes_ > kInterimHeadsMax * config_->limits.header_bytes_max) {
    Fail(FailureKind::kHeadTooLong,
         "its interim answers are longer than 16 times limits.header_bytes_max");
    return false;
  }
  timer_.Set(config_->timeouts.first_byte_ms);  // a sign of life
  // A client that waits for a 100 had ours.
  if (head_->status() != kContinue) listener_->OnAttemptInterim(*head_);
  return state_ == State::kAwaiting;
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
  if (state_ == State::kReceiving && !paused_) timer_.Set(config_->timeouts.idle_ms);
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

// The answer is whole: the slot is free at once and the connection goes back to the pool, before
// anyone is told.
void Attempt::Complete(bool extra_bytes) {
  state_ = State::kDone;
  timer_.Cancel();
  const bool all_sent = sent_bytes_ == head_bytes_.size() + call_->body.size();
  const bool closes =
      api::TraitsOf(worker()->kind).closes_after_stream && body_.kind() == http::BodyKind::kChunked;
  if (head_->keep_alive() && all_sent && !extra_bytes && !closes && !paused_) {
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

// `error`: an errno, 0 where there was none.
void Attempt::FailBy(int error, FailureKind kind, std::string_view what) {
  Fail(net::IsOwnShortage(error) ? FailureKind::kNoDescriptors : kind, what);
}

void Attempt::Cancel() {
  state_ = State::kDone;
  timer_.Cancel();
  if (connection_.stream) context_->loop->DestroyLater(std::move(connection_.stream));
  ReleaseSlot();
}

void Attempt::ReleaseSlot() {
  if (slot_) worker_ = slot_.Release();
}

void Attempt::OnTimeout() {
  switch (state_) {
    case State::kResolving:
      return Fail(FailureKind::kResolve, "its name could not be looked up in time");
    case State::kConnecting:
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
  timer_.Set(config_->timeouts.idle_ms);
  connection_.stream->SetReading(true);
}

}  // namespace banto
