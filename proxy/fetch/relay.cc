#include "proxy/fetch/relay.h"

#include <algorithm>
#include <utility>

#include "proxy/api/stream_error.h"
#include "proxy/api/worker_words.h"
#include "proxy/fetch/told_head.h"
#include "proxy/json/utf8.h"

namespace banto {

AnswerFacts Relay::Facts() const {
  return {call_->operation,
          call_->head,
          head_,
          parts().question->asked.stream || call_->rewrite == Rewrite::kAsStream,
          call_->identity_asked,
          call_->rewrite == Rewrite::kAsStream || call_->rewrite == Rewrite::kOtherApi};
}

void Relay::Begin(const http::ResponseHead& head, FetchHead* told) {
  head_ = &head;
  told_ = told;
  Choose(http::BodyBegin::kOpen);
}

void Relay::Reset() {
  ++answers_;
  over_ = false;
  tally_.reset();
  as_ = ReadAs::kOpaque;
  told_ = nullptr;
  frames_ = FrameRelay(frames_.parts());
  answer_.reset();
  coded_.reset();
  translated_.reset();
  held_.Take();
}

void Relay::Choose(http::BodyBegin begin) {
  as_ = ReadAs::kOpaque;
  const Reading reading = ChooseReading(Facts(), begin);
  if (reading.decode) {
    const auto give = [this](std::span<const std::string_view> decoded, bool end) {
      const int answer = answers_;
      TakeAs(coded_->as, decoded, end);
      return answer == answers_ && !over_;
    };
    coded_ = std::make_unique<CodedAnswer>(parts(), http::ReadContentCoding(*head_), give);
    as_ = ReadAs::kCoded;
    FitDecoded(told_);
  }
  Settle(reading.as);
}

// With a decoder, this is about its output.
void Relay::Set(ReadAs as) { (as_ == ReadAs::kCoded ? coded_->as : as_) = as; }

void Relay::Settle(ReadAs as) {
  switch (as) {
    case ReadAs::kFirstBytes:
    case ReadAs::kError:
    case ReadAs::kLabelled:
    case ReadAs::kCoded:
      return Set(as);
    case ReadAs::kPage:
      return parts().sink->OnRelayBroken(FailureKind::kProtocol, "answered with an HTML page");
    case ReadAs::kSse:
    case ReadAs::kNdjson:
      // What answers in one piece is no stream, whatever its label.
      if (translated_ && !translated_->reads_streams()) return Set(ReadAs::kWhole);
      return BeginFrames(as);
    case ReadAs::kOpaque:
    case ReadAs::kObject:
      // A redirection, or an answer to nobody, has no words to translate.
      if (translated_ && head_->status() / 100 == 2) return Set(ReadAs::kWhole);
      break;
    case ReadAs::kWhole:
      break;
  }
  Set(as);
  FitReading(as, *head_, told_);
  if (parts().question->is_api() && parts().question->counts_tokens())
    tally_ = std::make_unique<UsageTally>(parts().context->buffered, call_->expectations);
  BeginKeeping(false);
}

void Relay::BeginFrames(ReadAs as) {
  const auto framing =
      as == ReadAs::kSse ? http::StreamFraming::kSse : http::StreamFraming::kNdjson;
  Set(as);
  answer_ = std::make_unique<api::AnswerReader>(call_->expectations);
  frames_.Begin(framing, answer_.get(), translated_.get(), call_->rewrite == Rewrite::kWithUsage);
  if (translated_) return translated_->Begin(true, *head_, told_);
  told_->stream = framing == parts().question->operation->framing;
  FitReading(as, *head_, told_);
  BeginKeeping(true);
}

void Relay::BeginKeeping(bool stream) {
  if (parts().keeper == nullptr) return;
  if (!answer_) answer_ = std::make_unique<api::AnswerReader>(parts().question->asked.expectations);
  parts().keeper->Begin(*head_, stream, told_->fields.Find("Content-Type"),
                        parts().sink->AnswerAgeUs() / 1000);
}

void Relay::TakeAs(ReadAs as, std::span<const std::string_view> pieces, bool end) {
  switch (as) {
    case ReadAs::kOpaque:
      return TakeOpaque(pieces, end);
    case ReadAs::kSse:
    case ReadAs::kNdjson:
      return frames_.Take(pieces, end);
    case ReadAs::kError:
      return TakeError(pieces, end);
    case ReadAs::kPage:
      return;
    case ReadAs::kFirstBytes:
      return TakeFirst(pieces, end);
    case ReadAs::kObject:
      return TakeObject(pieces, end);
    case ReadAs::kWhole:
      return TakeWhole(pieces, end);
    case ReadAs::kLabelled:
      return TakeLabelled(pieces, end);
    case ReadAs::kCoded:
      if (!over_) coded_->Take(pieces, end);
      return;
  }
}

void Relay::TakeOpaque(std::span<const std::string_view> pieces, bool end) {
  if (parts().keeper != nullptr) parts().keeper->OnBytes(pieces);
  if (tally_) tally_->Take(pieces, end && !KeeperReads(), &answer_);
  if (end) {
    parts().sink->OnRelayWhole(pieces, true);
  } else {
    parts().sink->OnRelayData(pieces);
  }
}

void Relay::TakeFirst(std::span<const std::string_view> pieces, bool end) {
  const bool fresh = held_.empty() && !pieces.empty();
  FirstBytes first = LookAtFirst(fresh ? pieces.front() : held_.text());
  if (!fresh || first == FirstBytes::kOpen) {
    if (!Hold(pieces)) return;
    first = LookAtFirst(held_.text());
    if (first == FirstBytes::kOpen && !end) return;
  }
  const int answer = answers_;
  Settle(ChooseByFirst(Facts(), first));
  if (answer != answers_ || over_) return;
  if (held_.empty()) return TakeAs(ReadBelow(), pieces, end);
  TakeHeld(ReadBelow(), end);
}

void Relay::TakeHeld(ReadAs as, bool end) {
  const std::string held = held_.Take();
  const std::string_view piece = held;
  TakeAs(as, {&piece, held.empty() ? size_t{0} : size_t{1}}, end);
}

// True: everything so far is held. An answer too long for that is passed on from here.
bool Relay::CollectAll(std::span<const std::string_view> pieces, bool end) {
  if (!Hold(pieces)) return false;
  if (!held_.too_long()) return true;
  Set(ReadAs::kOpaque);
  TakeHeld(ReadAs::kOpaque, end);
  return false;
}

// False: the answer has ended.
bool Relay::Hold(std::span<const std::string_view> pieces) {
  if (held_.Add(pieces, parts().context->buffered)) return true;
  parts().sink->OnRelayBroken(FailureKind::kBuffersFull,
                              "its answer is collected and limits.buffered_bytes_max is reached");
  return false;
}

void Relay::TakeError(std::span<const std::string_view> pieces, bool end) {
  if (!translated_) {
    if (CollectAll(pieces, end) && end) parts().sink->OnErrorBody(held_.Take());
    return;
  }
  // Its clients could not read the rest either: they are told what the beginning says.
  if (!Hold(pieces)) return;
  if (end || held_.too_long()) parts().sink->OnErrorBody(held_.Take());
}

void Relay::TakeObject(std::span<const std::string_view> pieces, bool end) {
  if (!CollectAll(pieces, end) || !end) return;
  const std::string held = held_.Take();
  const std::string_view body = held;
  if (!SaysError(json::WithoutMark(body))) TakeOpaque({&body, 1}, true);
}

// Engines that accept first and refuse later do so with a 200. True: the sink knows.
bool Relay::SaysError(std::string_view body) {
  if (!api::SaysError(body)) return false;
  parts().sink->OnErrorEvent({body, body, {}}, api::ErrorStatus(body));
  return true;
}

void Relay::TakeWhole(std::span<const std::string_view> pieces, bool end) {
  if (!Hold(pieces)) return;
  if (const auto excess = translated_->ExcessOf(held_.text().size()))
    return parts().sink->OnRelayBroken(excess->kind, excess->what);
  if (!end) return;
  const std::string held = held_.Take();
  const std::string_view body = json::WithoutMark(held);
  if (SaysError(body)) return;
  if (!translated_->OnWhole(body, *head_, told_))
    return parts().sink->OnRelayBroken(FailureKind::kProtocol,
                                       "its answer is not what its API promises");
  const std::string_view whole = translated_->output().bytes();
  const bool streams = translated_->streams();
  answer_ = std::make_unique<api::AnswerReader>(streams ? call_->expectations
                                                        : parts().question->asked.expectations);
  answer_->CheckWhole(200, "application/json", streams ? body : whole, nullptr);  // for its usage
  TakeOpaque({&whole, 1}, true);
}

void Relay::TakeLabelled(std::span<const std::string_view> pieces, bool end) {
  if (!Hold(pieces)) return;
  const auto coding = http::ReadContentCoding(*head_);
  const http::BodyBegin begin = http::LookAtCoded(coding, held_.text(), end);
  if (begin == http::BodyBegin::kOpen) return;
  if (begin == http::BodyBegin::kPlain) told_->fields.Remove("Content-Encoding");
  const int answer = answers_;
  Choose(begin);
  if (answer == answers_ && !over_) TakeHeld(as_, end);
}

// Of an error, whatever arrived before the break is worth having.
bool Relay::EndEarly(bool begun) {
  if (IsFramed(ReadBelow()) && frames_.finished()) {
    // Complete, though its connection did not end properly: good to read, not to store.
    parts().context->frames.clear();
    frames_.Finish(false);
    return true;
  }
  const bool error = !begun && told_ != nullptr && ReadBelow() == ReadAs::kError &&
                     parts().question->is_api() && !held_.empty();
  if (!error || !told_->fields.Find("Content-Encoding").empty()) return false;
  parts().sink->OnErrorBody(held_.Take());
  return true;
}

}  // namespace banto
