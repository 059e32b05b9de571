// Relays a stream frame by frame: each is read by its dialect, counted, recorded and passed on; the
// last one waits for the end of the stream. Owned by a Relay; loop thread only.
#ifndef BANTO_PROXY_FETCH_FRAME_RELAY_H_
#define BANTO_PROXY_FETCH_FRAME_RELAY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/fetch/relay_parts.h"
#include "proxy/fetch/translated_answer.h"
#include "proxy/http/event_stream.h"
#include "proxy/question/request.h"

namespace banto {

class FrameRelay {
 public:
  explicit FrameRelay(const RelayParts& parts) : parts_(parts) {}
  const RelayParts& parts() const { return parts_; }

  // Begins a stream, which `answer` reads. `translated`: what the client gets of it; nullptr:
  // frames are passed on as they come. `hides_usage`: a frame of usage is only recorded.
  void Begin(http::StreamFraming framing, api::AnswerReader* answer, TranslatedAnswer* translated,
             bool hides_usage);
  void Take(std::span<const std::string_view> pieces, bool end);
  // Whether what was recorded is what was told.
  bool tells_all() const { return terminal_.empty() && !hid_usage_; }
  // Whether everything has arrived except the end of the transport.
  bool finished() const { return !terminal_.empty(); }
  void Finish(bool clean);
  // Passes on what was queued. False: the reader takes no more.
  bool Flush();

 private:
  enum class Taken : uint8_t {
    kGive,  // to be passed on
    kKept,  // not now, or never
    kOver,  // it ends the stream
  };

  Taken Hide() {
    hid_usage_ = true;
    return Taken::kKept;
  }
  bool TakeFrames(std::string_view bytes);
  Taken TakeFrame(const http::Frame& frame);
  bool Examine(const http::Frame& frame, api::FrameVerdict* verdict);
  void Count(api::FrameKind kind);
  bool TakeTranslated(const http::Frame& frame);
  bool EndTranslated();
  bool Give(const http::Frame& frame, std::string_view fed);
  bool Hold(std::string_view bytes);
  bool BeginAnswer();
  bool CountUnfinished();
  void HoldTerminal(std::string_view bytes);
  void End();

  // Members touched by every token come first (see attempt.h).
  RelayParts parts_;
  api::AnswerReader* answer_ = nullptr;
  TranslatedAnswer* translated_ = nullptr;
  bool begun_ = false;        // the answer has begun
  bool hides_usage_ = false;  // we asked for it, the client did not
  bool hid_usage_ = false;    // … and there it was
  std::optional<http::FrameSplitter> splitter_;
  int64_t last_token_us_ = 0;
  std::string terminal_;      // the terminal: its last event, perhaps followed by [DONE]
  BufferedBytes unfinished_;  // the part of an event beyond what one read brings
  bool holds_ = false;        // what only admits the request waits for the first token
  std::string held_;          // … here
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FRAME_RELAY_H_
