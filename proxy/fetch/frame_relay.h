// Relays a stream frame by frame: each is looked at by its dialect, counted, recorded and handed
// on; the last one waits for the stream's end. Owned by a Relay; loop thread only.
#ifndef BANTO_PROXY_FETCH_FRAME_RELAY_H_
#define BANTO_PROXY_FETCH_FRAME_RELAY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/fetch/keeper.h"
#include "proxy/fetch/relay_sink.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/http/event_stream.h"
#include "proxy/ops/fetch_outcome.h"
#include "proxy/question/question.h"

namespace banto {

// What a Relay works with; all of it is its Fetch's and outlives it.
struct RelayParts {
  ThreadContext* context;
  RelaySink* sink;
  const Question* question;
  Keeper* keeper;  // nullptr: the answer is not to be kept
  ops::FetchOutcome* outcome;
};

class FrameRelay {
 public:
  explicit FrameRelay(const RelayParts& parts) : parts_(parts) {}
  const RelayParts& parts() const { return parts_; }

  // A stream begins, which `answer` reads.
  void Begin(http::StreamFraming framing, api::AnswerReader* answer);
  void Take(std::span<const std::string_view> pieces, bool end);
  // Whether all of it has come, but for its transport's end.
  bool finished() const { return !terminal_.empty(); }
  void Finish(bool clean);
  // Hands on what has been taken. False: nobody takes more.
  bool Flush();

 private:
  bool TakeFrames(std::string_view bytes);
  bool TakeFrame(const http::Frame& frame);
  bool Give(const http::Frame& frame, std::string_view fed);
  bool CountUnfinished();
  void HoldTerminal(std::string_view bytes);
  void End();

  // What each token touches comes first (attempt.h says why).
  RelayParts parts_;
  api::AnswerReader* answer_ = nullptr;
  bool begun_ = false;  // there was something to give
  std::optional<http::FrameSplitter> splitter_;
  int64_t last_token_us_ = 0;
  std::string terminal_;      // the held end: its last event, and a [DONE] behind
  BufferedBytes unfinished_;  // of an event beyond what one read brings
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FRAME_RELAY_H_
