// Reads the answer of one Attempt: as decided by its head and, if that is inconclusive, by its
// first bytes (rules in answer_reading.h). Passes it on as it arrives, frame by frame, after
// removing its content coding, or collects it because it is an error. Owned by its Fetch and reused
// for each Attempt; loop thread only.
#ifndef BANTO_PROXY_FETCH_RELAY_H_
#define BANTO_PROXY_FETCH_RELAY_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/fetch/answer_reading.h"
#include "proxy/fetch/coded_answer.h"
#include "proxy/fetch/collected.h"
#include "proxy/fetch/fetch_reader.h"
#include "proxy/fetch/frame_relay.h"
#include "proxy/fetch/translated_answer.h"
#include "proxy/fetch/upstream_call.h"
#include "proxy/fetch/usage_tally.h"

namespace banto {

class Relay {
 public:
  // `call` is what was sent; it must outlive this.
  Relay(const RelayParts& parts, const UpstreamCall* call) : frames_(parts), call_(call) {}

  // The answer begins. Both heads must stay valid until Reset(): the worker's, and that for the
  // reader, which is adapted to what arrives.
  void Begin(const http::ResponseHead& head, FetchHead* told);
  void Take(std::span<const std::string_view> pieces, bool end) {
    if (IsFramed(as_)) return frames_.Take(pieces, end);
    TakeAs(as_, pieces, end);
  }
  // The transport broke. True: what arrived before is worth more than that, and was passed on.
  bool EndEarly(bool begun);
  // Another Attempt follows.
  void Reset();
  // What comes is in another API than the client's. Before Begin().
  void Translate(std::unique_ptr<AnswerTranslator> translator) {
    translated_ = std::make_unique<TranslatedAnswer>(parts(), call_, std::move(translator));
  }
  // The reader takes no more.
  void Stop() {
    over_ = true;
    if (coded_) coded_->Stop();
  }
  // The reader takes no more for now.
  void Pause() {
    if (coded_) coded_->OnReaderFull();
  }
  // The reader takes more again. False: do not read from the worker yet, pending input is decoded
  // first.
  bool Resume() {
    if (coded_ && !over_) coded_->OnReaderTakes();
    return !coded_ || !coded_->waits();
  }

  bool framed() const { return IsFramed(as_); }
  // Whether what was recorded is what was told.
  bool tells_all() const { return frames_.tells_all(); }
  // Of the next event that the client gets, where its API counts them.
  int64_t next_sequence() const {
    if (translated_) return translated_->next_sequence();
    return answer_ ? answer_->next_sequence() : 0;
  }
  // nullptr: no dialect reads it.
  api::AnswerReader* answer() const { return answer_.get(); }

 private:
  const RelayParts& parts() const { return frames_.parts(); }
  AnswerFacts Facts() const;
  bool KeeperReads() const { return parts().keeper != nullptr && parts().keeper->reads_whole(); }
  ReadAs ReadBelow() const { return as_ == ReadAs::kCoded ? coded_->as : as_; }
  void Choose(http::BodyBegin begin);
  void Set(ReadAs as);
  void Settle(ReadAs as);
  void BeginFrames(ReadAs as);
  void BeginKeeping(bool stream);
  void TakeAs(ReadAs as, std::span<const std::string_view> pieces, bool end);
  void TakeOpaque(std::span<const std::string_view> pieces, bool end);
  void TakeFirst(std::span<const std::string_view> pieces, bool end);
  void TakeLabelled(std::span<const std::string_view> pieces, bool end);
  void TakeObject(std::span<const std::string_view> pieces, bool end);
  void TakeWhole(std::span<const std::string_view> pieces, bool end);
  bool SaysError(std::string_view body);
  void TakeError(std::span<const std::string_view> pieces, bool end);
  bool CollectAll(std::span<const std::string_view> pieces, bool end);
  bool Hold(std::span<const std::string_view> pieces);
  void TakeHeld(ReadAs as, bool end);

  // Members touched by every token come first (see attempt.h).
  FrameRelay frames_;
  ReadAs as_ = ReadAs::kOpaque;
  int answers_ = 0;    // number of answers begun: lets a loop notice that its own has ended
  bool over_ = false;  // the reader takes no more
  std::unique_ptr<api::AnswerReader> answer_;
  const UpstreamCall* call_;
  const http::ResponseHead* head_ = nullptr;
  FetchHead* told_ = nullptr;
  std::unique_ptr<CodedAnswer> coded_;
  std::unique_ptr<TranslatedAnswer> translated_;  // nullptr: as it comes
  Collected held_;                                // while it is collected
  std::unique_ptr<UsageTally> tally_;             // of a whole answer whose tokens are counted
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RELAY_H_
