// Splits a payload into complete frames: SSE events (WHATWG HTML §9.2) or NDJSON lines.
// Incremental; keeps only the tail that is not yet a complete frame. Pure; owned by the reader of
// the answer.
#ifndef BANTO_PROXY_HTTP_EVENT_STREAM_H_
#define BANTO_PROXY_HTTP_EVENT_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace banto::http {

enum class StreamFraming : uint8_t {
  kNone,    // not split: opaque bytes
  kSse,     // text/event-stream
  kNdjson,  // application/x-ndjson: one JSON value per line
};

// One complete frame as clients should see it: line ends normalised to LF, including its blank line
// (SSE) or LF (NDJSON). Fields that break SDKs (`id:`, `retry:`) and comments inside an event are
// dropped (wire-compatibility.md §2.2); comments between events are frames of their own. What then
// carries nothing (a blank line, a lone `retry:`) is not a frame.
struct Frame {
  std::string_view bytes;  // to forward and to record
  std::string_view data;   // the payload of an SSE event (data lines joined by LF) or the line of
                           // NDJSON; empty: a comment
  std::string_view event;  // the SSE `event:` name, or empty
};

class FrameSplitter {
 public:
  enum class Result : uint8_t {
    kFrame,    // *frame is the next one; its views live until the next call
    kMore,     // no complete frame is left
    kTooLong,  // a frame exceeds frame_bytes_max: the stream is unreadable, and every later call
               // says so
  };

  explicit FrameSplitter(StreamFraming framing, size_t frame_bytes_max = 64U << 20)
      : framing_(framing), frame_bytes_max_(frame_bytes_max) {}

  // Adds payload, once Next() has returned kMore for the previous input. `bytes` must stay valid
  // until it does so again.
  void Feed(std::string_view bytes);
  Result Next(Frame* frame);
  // At the end of the stream: the bytes of an unfinished frame, if any (the stream was truncated).
  // A caller that trusts the transport may Feed("
  //
  // ") to complete it.
  std::string_view rest() const { return rest_given_ ? std::string_view() : rest_; }
  StreamFraming framing() const { return framing_; }

 private:
  bool TakePlainEvent(Frame* frame);
  Result NextCareful(Frame* frame);
  // The end of the frame at the front of input_, or npos if it is not there yet.
  size_t FindEnd();
  size_t FindEventEnd();
  // Sets the views of `frame` for the bytes of a complete frame; false if it carries nothing.
  bool Read(std::string_view raw, Frame* frame);
  bool ReadLine(std::string_view raw, Frame* frame);
  bool ReadJsonLine(std::string_view raw, Frame* frame);
  void DropRest();

  StreamFraming framing_;
  // State of the unfinished frame, so that no byte is scanned twice.
  bool started_ = false;     // the stream's first frame is done (a BOM may precede it)
  bool rest_given_ = false;  // rest_ is the frame that Next() returned last
  bool too_long_ = false;
  bool in_line_ = false;   // its last line has bytes but no end yet
  bool after_cr_ = false;  // the last byte was CR: an LF would belong to it
  bool saw_cr_ = false;    // it must be rebuilt
  uint32_t lines_ = 0;     // its complete, non-blank lines
  size_t frame_bytes_max_;
  std::string_view input_;  // input not yet split
  std::string rest_;        // the unfinished frame
  std::string rebuilt_;     // memory for a frame that had to be changed
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_EVENT_STREAM_H_
