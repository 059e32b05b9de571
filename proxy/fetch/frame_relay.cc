#include "proxy/fetch/frame_relay.h"

#include <algorithm>

#include "proxy/api/stream_reader.h"

namespace banto {
namespace {

// Of an unfinished event, and of those before the first token; a read leaves more only if events
// are very long.
constexpr size_t kUncountedMax = 256 * 1024;

}  // namespace

void FrameRelay::Begin(http::StreamFraming framing, api::AnswerReader* answer,
                       TranslatedAnswer* translated, bool hides_usage) {
  answer_ = answer;
  translated_ = translated;
  begun_ = hid_usage_ = false;
  hides_usage_ = hides_usage;
  held_.clear();
  const Question& question = *parts_.question;
  holds_ = question.asked.stream && question.timeouts().first_token_ms > 0;
  splitter_.emplace(framing, parts_.question->config().limits.event_bytes_max);
}

void FrameRelay::Take(std::span<const std::string_view> pieces, bool end) {
  parts_.context->frames.clear();
  for (std::string_view piece : pieces) {
    if (!TakeFrames(piece)) return;
  }
  // A last frame without its blank line is complete if the transport ended cleanly.
  if (end && !splitter_->rest().empty()) {
    if (!TakeFrames(splitter_->framing() == http::StreamFraming::kSse ? "\n\n" : "\n")) return;
  }
  if (end) return End();
  Flush();
}

// False: the stream has ended (an error frame, or a frame above the limit).
bool FrameRelay::TakeFrames(std::string_view bytes) {
  splitter_->Feed(bytes);
  http::Frame frame;
  while (true) {
    const http::FrameSplitter::Result result = splitter_->Next(&frame);
    if (result == http::FrameSplitter::Result::kMore)
      return splitter_->rest().size() <= kUncountedMax || CountUnfinished();
    if (result == http::FrameSplitter::Result::kTooLong) {
      if (!Flush()) return false;
      parts_.sink->OnRelayBroken(
          FailureKind::kEventTooLong,
          "one event of its stream is longer than limits.event_bytes_max = " +
              std::to_string(parts_.question->config().limits.event_bytes_max) + " bytes");
      return false;
    }
    if (translated_ != nullptr) {
      if (!TakeTranslated(frame)) return false;
      continue;
    }
    const Taken taken = TakeFrame(frame);
    if (taken == Taken::kOver || (taken == Taken::kGive && !Give(frame, bytes))) return false;
  }
}

// Queues the frame with the others of this read. False: the reader takes no more.
bool FrameRelay::Give(const http::Frame& frame, std::string_view fed) {
  std::vector<std::string_view>& frames = parts_.context->frames;
  // Only a frame inside the fed bytes stays readable until all of this read is written.
  const bool stays = frame.bytes.data() >= fed.data() &&
                     frame.bytes.data() + frame.bytes.size() <= fed.data() + fed.size();
  if (stays && !frames.empty() &&
      frames.back().data() + frames.back().size() == frame.bytes.data()) {
    frames.back() = {frames.back().data(), frames.back().size() + frame.bytes.size()};
    return true;
  }
  frames.push_back(frame.bytes);
  if (stays) return true;
  if (frame.bytes.size() > kUncountedMax) unfinished_ = BufferedBytes();
  return Flush();
}

// Counts an unfinished event as buffered bytes. False: the process holds too much.
bool FrameRelay::CountUnfinished() {
  if (unfinished_.GrowTo(parts_.context->buffered, splitter_->rest().size())) return true;
  if (!Flush()) return false;
  parts_.sink->OnRelayBroken(FailureKind::kBuffersFull,
                             "its stream holds a long event and limits.buffered_bytes_max is "
                             "reached");
  return false;
}

FrameRelay::Taken FrameRelay::TakeFrame(const http::Frame& frame) {
  api::FrameVerdict verdict;
  if (!Examine(frame, &verdict)) return Taken::kOver;
  if (parts_.keeper != nullptr) parts_.keeper->OnFrame(frame.bytes, verdict);
  // Frames after the terminal are dropped.
  const Taken taken = terminal_.empty() ? Taken::kGive : Taken::kKept;
  if (verdict.kind == api::FrameKind::kComment) return begun_ ? taken : Taken::kKept;
  Count(verdict.kind);
  if (!begun_) {
    if (verdict.kind == api::FrameKind::kAdmission && Hold(frame.bytes)) return Taken::kKept;
    if (!(begun_ = BeginAnswer())) return Taken::kOver;
  }
  if (verdict.only_usage && hides_usage_) return Hide();
  if (verdict.kind != api::FrameKind::kTerminal) return taken;
  HoldTerminal(frame.bytes);
  return Taken::kKept;
}

// False: it is an error, or an end without an answer; the sink knows.
bool FrameRelay::Examine(const http::Frame& frame, api::FrameVerdict* verdict) {
  *verdict = answer_->OnFrame(frame);
  // Its reader notes what follows the terminal, so that it is not kept; the client has its answer.
  if (!terminal_.empty()) return true;
  if (verdict->kind == api::FrameKind::kError) {
    if (translated_ == nullptr || Flush()) parts_.sink->OnErrorEvent(frame, verdict->error_status);
    return false;
  }
  if (verdict->kind == api::FrameKind::kTerminal && !answer_->finished()) {
    // "[DONE]" without a finish_reason: llama-cpp-python sends it when interrupted. Never a clean
    // end.
    if (!Flush()) return false;
    parts_.sink->OnRelayBroken(FailureKind::kStreamError,
                               "ended the stream without finishing the answer");
    return false;
  }
  return true;
}

void FrameRelay::Count(api::FrameKind kind) {
  ++parts_.outcome->frames;
  if (kind != api::FrameKind::kToken) return;
  const int64_t now_us = parts_.context->loop->CallbackUs();
  if (last_token_us_ == 0) {
    parts_.outcome->first_token_at_us = now_us;
    parts_.sink->OnFirstToken();
  } else {
    parts_.context->observer->OnChunkGap(now_us - last_token_us_);
  }
  last_token_us_ = now_us;
}

// The same for a stream that is translated: its frames become others, and its comments none.
bool FrameRelay::TakeTranslated(const http::Frame& frame) {
  api::FrameVerdict verdict;
  if (!Examine(frame, &verdict)) return false;
  if (verdict.kind == api::FrameKind::kComment || !terminal_.empty()) return true;
  Count(verdict.kind);
  const bool admits = holds_ && verdict.kind == api::FrameKind::kAdmission &&
                      translated_->output().bytes().size() <= kUncountedMax;
  // A whole is sent when it is whole: until then another worker may be asked.
  const bool held = !begun_ && (admits || !translated_->streams());
  if (const auto excess = translated_->Count(frame.data.size())) {
    if (Flush()) parts_.sink->OnRelayBroken(excess->kind, excess->what);
    return false;
  }
  if (!begun_ && !held && !(begun_ = parts_.sink->OnRelayBegins())) return false;
  if (!api::IsDone(frame.data)) translated_->OnFrame(frame);
  return verdict.kind != api::FrameKind::kTerminal || EndTranslated();
}

// The worker has said all. What its end becomes waits for the end of the transport, like a
// terminal. False: the reader takes no more.
bool FrameRelay::EndTranslated() {
  if (!Flush()) return false;
  if (!translated_->End(answer_->FinishStream(true))) {
    parts_.sink->OnRelayBroken(FailureKind::kNotAssembled, "its stream cannot be told as a whole");
    return false;
  }
  terminal_ = translated_->output().bytes();
  translated_->output().Clear();
  return true;
}

// Keeps a frame until the first token: so far another worker may answer. False: it is passed on.
bool FrameRelay::Hold(std::string_view bytes) {
  if (!holds_ || held_.size() + bytes.size() > kUncountedMax) return false;
  held_.append(bytes);
  return true;
}

// False: nobody takes it.
bool FrameRelay::BeginAnswer() {
  if (!parts_.sink->OnRelayBegins()) return false;
  if (!held_.empty()) parts_.context->frames.push_back(held_);
  return true;
}

// SDKs leave at the terminal, so it is sent with the end of the framing, once the answer is stored.
// vLLM ends its messages twice: "message_stop", then "[DONE]". Clients get both.
void FrameRelay::HoldTerminal(std::string_view bytes) {
  const uint64_t bytes_max = parts_.question->config().limits.event_bytes_max;
  if (terminal_.ends_with(bytes)) return;
  if (terminal_.empty() || terminal_.size() + bytes.size() <= bytes_max) terminal_.append(bytes);
}

bool FrameRelay::Flush() {
  std::vector<std::string_view>& frames = parts_.context->frames;
  const bool translated = translated_ != nullptr && begun_;
  if (translated && !translated_->output().bytes().empty())
    frames.push_back(translated_->output().bytes());
  const bool taken = frames.empty() || !begun_ || parts_.sink->OnRelayData(frames);
  frames.clear();
  if (translated) translated_->output().Clear();
  return taken;
}

void FrameRelay::End() {
  if (answer_->finished()) {
    if (translated_ != nullptr && terminal_.empty() && !EndTranslated()) return;
    return Finish(true);
  }
  if (!Flush()) return;
  parts_.sink->OnRelayBroken(FailureKind::kReset, "ended the stream without finishing the answer");
}

void FrameRelay::Finish(bool clean) {
  if (!clean && translated_ != nullptr)
    translated_->KeepNothing(api::Completeness::kIncompleteStream);
  std::vector<std::string_view>& frames = parts_.context->frames;
  if (!terminal_.empty()) frames.push_back(terminal_);
  parts_.sink->OnRelayWhole(frames, clean);
}

}  // namespace banto
