// How a Fetch reads an answer: opaque bytes, or frames that are each looked at.
#include <algorithm>

#include "proxy/fetch/fetch.h"

namespace banto {
namespace {

// Of an unfinished event; a read leaves more behind only where events are very long.
constexpr size_t kUncountedMax = 256 * 1024;

}  // namespace

// Another worker may yet answer: a hint more than one needs harms nobody (RFC 8297 §2).
void Fetch::OnAttemptInterim(const http::ResponseHead& head) {
  if (step_ == Step::kAwait && reader_ != nullptr) reader_->OnFetchInterim(head);
}

void Fetch::OnAttemptData(std::span<const std::string_view> pieces, bool end) {
  if (step_ != Step::kAwait && step_ != Step::kReceive) return;
  if (IsFramed(relay_)) return RelayFramed(pieces, end);
  RelayAs(relay_, pieces, end);
}

void Fetch::RelayAs(ReadAs as, std::span<const std::string_view> pieces, bool end) {
  switch (as) {
    case ReadAs::kOpaque:
      return RelayOpaque(pieces, end);
    case ReadAs::kSse:
    case ReadAs::kNdjson:
      return RelayFramed(pieces, end);
    case ReadAs::kError:
      return CollectError(pieces, end);
    case ReadAs::kPage:
      return;
    case ReadAs::kFirstBytes:
      return RelayFirst(pieces, end);
    case ReadAs::kObject:
      return RelayObject(pieces, end);
    case ReadAs::kLabelled:
      return RelayLabelled(pieces, end);
    case ReadAs::kCoded:
      return RelayCoded(pieces, end);
  }
}

void Fetch::RelayOpaque(std::span<const std::string_view> pieces, bool end) {
  if (keeper_) keeper_->OnBytes(pieces);
  if (end) {
    // Before the head goes out: it tells whether the answer was stored.
    outcome_.worker = attempt_->worker()->name();
    AttemptOver(FailureKind::kNone, head_.status, -1);
    Store(true);
  }
  if (step_ == Step::kAwait) Commit();
  if (step_ != Step::kReceive) return;
  if (end) step_ = Step::kFinish;
  if (reader_) reader_->OnFetchData(pieces, end);
}

void Fetch::RelayFramed(std::span<const std::string_view> pieces, bool end) {
  context_->frames.clear();
  for (std::string_view piece : pieces) {
    if (!TakeFrames(piece)) return;
  }
  // A last frame without its blank line is whole when the transport ended cleanly.
  if (end && !splitter_->rest().empty()) {
    if (!TakeFrames(splitter_->framing() == http::StreamFraming::kSse ? "\n\n" : "\n")) return;
  }
  if (end) return EndStream();
  FlushFrames();
}

// False: the stream is over (an error frame, a frame beyond all bounds).
bool Fetch::TakeFrames(std::string_view bytes) {
  splitter_->Feed(bytes);
  http::Frame frame;
  while (true) {
    const http::FrameSplitter::Result result = splitter_->Next(&frame);
    if (result == http::FrameSplitter::Result::kMore)
      return splitter_->rest().size() <= kUncountedMax || CountUnfinished();
    if (result == http::FrameSplitter::Result::kTooLong) {
      FlushFrames();
      FailHere(FailureKind::kEventTooLong,
               "one event of its stream is longer than limits.event_bytes_max = " +
                   std::to_string(question_->config().limits.event_bytes_max) + " bytes");
      return false;
    }
    // Only a frame inside what was fed stays readable until all of this read is written.
    const bool stays = frame.bytes.data() >= bytes.data() &&
                       frame.bytes.data() + frame.bytes.size() <= bytes.data() + bytes.size();
    if (!TakeFrame(frame)) return false;
    // What comes after the terminal is nobody's; the terminal itself waits for the end.
    if (step_ != Step::kReceive || !terminal_.empty()) continue;
    if (stays && !context_->frames.empty() &&
        context_->frames.back().data() + context_->frames.back().size() == frame.bytes.data()) {
      context_->frames.back() = {context_->frames.back().data(),
                                 context_->frames.back().size() + frame.bytes.size()};
    } else {
      context_->frames.push_back(frame.bytes);
      if (!stays) {
        if (frame.bytes.size() > kUncountedMax) unfinished_ = BufferedBytes();
        FlushFrames();
        if (step_ != Step::kReceive) return false;
      }
    }
  }
}

// What waits for its end counts among the bytes that the process holds. False: they are too many.
bool Fetch::CountUnfinished() {
  const uint64_t held = splitter_ ? splitter_->rest().size() : held_.size();
  if (held <= kUncountedMax) return true;
  // Doubled, as its memory is: few steps on a counter that all threads share.
  if (held <= unfinished_.held() ||
      unfinished_.Resize(context_->buffered, std::max(held, 2 * unfinished_.held()))) {
    return true;
  }
  FlushFrames();
  FailHere(FailureKind::kBuffersFull,
           "its answer holds a long event or object and limits.buffered_bytes_max is reached");
  return false;
}

// Looks at one frame. False: it ends the stream.
bool Fetch::TakeFrame(const http::Frame& frame) {
  const api::FrameVerdict verdict = answer_->OnFrame(frame);
  if (verdict.kind == api::FrameKind::kError) {
    StreamFailed(frame, verdict.error_status);
    return false;
  }
  if (verdict.kind == api::FrameKind::kTerminal && !answer_->finished()) {
    // "[DONE]" without a finish_reason: llama-cpp-python says so when it was interrupted. Never a
    // clean end.
    Failure failure;
    failure.kind = FailureKind::kStreamError;
    failure.sent = true;
    failure.message =
        attempt_->worker()->name() + ": ended the stream without finishing the answer";
    FlushFrames();
    OnAttemptFailed(failure);
    return false;
  }
  if (keeper_) keeper_->OnFrame(frame.bytes, verdict);
  if (verdict.kind == api::FrameKind::kComment) return true;
  ++outcome_.frames;
  if (verdict.kind == api::FrameKind::kToken) {
    const int64_t now_us = context_->loop->CallbackUs();
    if (last_token_us_ == 0) {
      outcome_.first_token_at_us = now_us;
    } else {
      context_->observer->OnChunkGap(now_us - last_token_us_);
    }
    last_token_us_ = now_us;
  }
  if (step_ == Step::kAwait) Commit();
  // SDKs leave at the terminal: it goes out with the end of the framing, when the answer is stored.
  if (verdict.kind == api::FrameKind::kTerminal) HoldTerminal(frame.bytes);
  return step_ == Step::kReceive;
}

// vLLM ends its messages twice: "message_stop", then "[DONE]". Both are its clients'.
void Fetch::HoldTerminal(std::string_view bytes) {
  const uint64_t bytes_max = question_->config().limits.event_bytes_max;
  if (terminal_.ends_with(bytes)) return;
  if (terminal_.empty() || terminal_.size() + bytes.size() <= bytes_max) terminal_.append(bytes);
}

void Fetch::FlushFrames() {
  if (step_ == Step::kReceive && !context_->frames.empty() && reader_)
    reader_->OnFetchData(context_->frames, false);
  context_->frames.clear();
}

void Fetch::EndStream() {
  if (!answer_->finished()) {
    Failure failure;
    failure.kind = FailureKind::kReset;
    failure.sent = true;
    failure.message =
        attempt_->worker()->name() + ": ended the stream without finishing the answer";
    FlushFrames();
    return OnAttemptFailed(failure);
  }
  if (step_ == Step::kAwait) Commit();
  if (step_ != Step::kReceive) return;
  FinishStream(true);
}

// The answer is whole.
void Fetch::Store(bool transport_clean) {
  if (answer_) {
    const api::Usage& usage = answer_->usage();
    outcome_.input_tokens = usage.input_tokens;
    outcome_.output_tokens = usage.output_tokens;
  }
  if (keeper_) keeper_->Store(answer_.get(), transport_clean, attempt_->AgeUs() / 1000, &outcome_);
}

void Fetch::FinishStream(bool transport_clean) {
  AttemptOver(FailureKind::kNone, 200, -1);
  Store(transport_clean);
  step_ = Step::kFinish;
  if (!terminal_.empty()) context_->frames.push_back(terminal_);
  if (reader_) reader_->OnFetchData(context_->frames, true);
}

}  // namespace banto
