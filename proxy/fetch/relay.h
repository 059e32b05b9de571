// How the answer of one Attempt is read: settled by its head and, where that leaves it open, by its
// first bytes (answer_reading.h has the rules); then passed on as it comes, frame by frame, below
// its content coding, or collected because it is an error. Owned by its Fetch, used again for each
// Attempt; loop thread only.
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
#include "proxy/fetch/upstream_call.h"

namespace banto {

class Relay {
 public:
  // `call` is what was asked with, and outlives it.
  Relay(const RelayParts& parts, const UpstreamCall* call) : frames_(parts), call_(call) {}

  // The answer begins. Both heads stay until Reset(): the worker's, and the one that the reader
  // will get, which is made to fit what comes.
  void Begin(const http::ResponseHead& head, FetchHead* told);
  void Take(std::span<const std::string_view> pieces, bool end) {
    if (IsFramed(as_)) return frames_.Take(pieces, end);
    TakeAs(as_, pieces, end);
  }
  // The transport broke off. True: what came before is worth more than that, and was told.
  bool EndEarly(bool begun);
  // Another Attempt follows.
  void Reset();
  // Nobody takes more of it.
  void Stop() { over_ = true; }
  // The reader takes no more for now.
  void Pause() {
    if (coded_) coded_->OnReaderFull();
  }
  // It takes more again. False: the worker is not read from yet, what waits to be decoded is given
  // first.
  bool Resume() {
    if (coded_) coded_->OnReaderTakes();
    return !coded_ || !coded_->waits();
  }

  bool framed() const { return IsFramed(as_); }
  // nullptr: no dialect reads it.
  api::AnswerReader* answer() const { return answer_.get(); }

 private:
  const RelayParts& parts() const { return frames_.parts(); }
  AnswerFacts Facts() const;
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
  void TakeError(std::span<const std::string_view> pieces, bool end);
  void TakeCoded(std::span<const std::string_view> pieces, bool end);
  void Decode();
  bool CollectAll(std::span<const std::string_view> pieces, bool end);
  bool Hold(std::span<const std::string_view> pieces);
  void TakeHeld(ReadAs as, bool end);

  // What each token touches comes first (attempt.h says why).
  FrameRelay frames_;
  ReadAs as_ = ReadAs::kOpaque;
  int answers_ = 0;    // so many have begun: a loop sees that its own is over
  bool over_ = false;  // nobody takes more of it
  std::unique_ptr<api::AnswerReader> answer_;
  const UpstreamCall* call_;
  const http::ResponseHead* head_ = nullptr;
  FetchHead* told_ = nullptr;
  std::unique_ptr<CodedAnswer> coded_;
  Collected held_;  // while it is collected
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RELAY_H_
