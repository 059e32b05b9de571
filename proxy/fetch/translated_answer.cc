#include "proxy/fetch/translated_answer.h"

#include "proxy/fetch/told_head.h"

namespace banto {

void TranslatedAnswer::Begin(bool framed, const http::ResponseHead& head, FetchHead* told) {
  FitTranslated(streams() ? parts_.question->operation->framing : http::StreamFraming::kNone, told);
  if (parts_.keeper == nullptr) return;
  // Completeness is judged as the worker gave it: of another API only the same packaging is kept.
  if (framed != streams() && call_->rewrite != Rewrite::kAsStream) return parts_.keeper->Drop();
  parts_.keeper->Begin(head, streams(), told->fields.Find("Content-Type"),
                       parts_.sink->AnswerAgeUs() / 1000);
  parts_.keeper->BeTranslated(parts_.outcome->dropped());
}

bool TranslatedAnswer::OnWhole(std::string_view body, const http::ResponseHead& head,
                               FetchHead* told) {
  using api::Completeness;
  // Complete by the rules of the API in which it was given, or not kept.
  const Completeness given =
      api::AnswerReader(call_->expectations).CheckWhole(200, "application/json", body, nullptr);
  const bool good = given == Completeness::kComplete || given == Completeness::kNotCacheable;
  if (!good && call_->operation->operation == api::Operation::kEmbeddings) return false;
  if (!translator_->OnWhole(body)) return false;
  Begin(false, head, told);
  if (!good && parts_.keeper != nullptr) parts_.keeper->GiveUp(given);
  if (!streams()) told->length = static_cast<int64_t>(output().bytes().size());
  return true;
}

std::optional<TranslatedAnswer::Excess> TranslatedAnswer::ExcessOf(uint64_t bytes) const {
  const uint64_t bytes_max = parts_.question->config().limits.event_bytes_max;
  if (bytes <= bytes_max && !translator_->overdone()) return std::nullopt;
  return Excess{FailureKind::kEventTooLong,
                "its answer, which is translated, is longer than limits.event_bytes_max = " +
                    std::to_string(bytes_max) + " bytes"};
}

// What a translation keeps grows with what it reads: at most as long as one event may be, and a
// whole counts among the buffered bytes.
std::optional<TranslatedAnswer::Excess> TranslatedAnswer::Count(size_t bytes) {
  bytes_read_ += bytes;
  if (streams() || counted_.GrowTo(parts_.context->buffered, bytes_read_))
    return ExcessOf(bytes_read_);
  return Excess{FailureKind::kBuffersFull,
                "its answer is translated and limits.buffered_bytes_max is reached"};
}

void TranslatedAnswer::OnFrame(const http::Frame& frame) {
  const size_t before = output().frames().size();
  translator_->OnFrame(frame);
  Record(before);
}

bool TranslatedAnswer::End(api::Completeness completeness) {
  const bool complete = completeness == api::Completeness::kComplete;
  if (!translator_->End(complete)) return false;
  if (!complete) KeepNothing(completeness);
  Record(0);
  return true;
}

void TranslatedAnswer::KeepNothing(api::Completeness why) {
  if (!streams() && parts_.keeper != nullptr) parts_.keeper->GiveUp(why);
}

void TranslatedAnswer::Record(size_t from) {
  if (parts_.keeper == nullptr) return;
  for (size_t i = from; i < output().frames().size(); ++i) {
    const api::FrameOutput::Written& frame = output().frames()[i];
    parts_.keeper->OnFrame(output().bytes().substr(frame.begin, frame.end - frame.begin),
                           frame.verdict);
  }
}

}  // namespace banto
