// Payload bytes -> whole frames: SSE events (WHATWG HTML §9.2) or NDJSON lines. Incremental; keeps
// only the tail that is not yet a whole frame. Pure; owned by the Fetch that reads the answer.
#ifndef BANTO_PROXY_HTTP_EVENT_STREAM_H_
#define BANTO_PROXY_HTTP_EVENT_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace banto::http {

enum class StreamFraming : uint8_t {
  kNone,    // not a stream of frames: opaque bytes
  kSse,     // text/event-stream
  kNdjson,  // application/x-ndjson: one JSON value a line
};

// One whole frame as clients are to see it: line ends normalised to LF, its blank line included
// (SSE), its LF included (NDJSON). Fields that break SDKs (`id:`, `retry:`) are left out, and so
// are comments inside an event (wire-compatibility.md §2.2); comments between events are frames of
// their own. What then carries nothing (a blank line, a lone `retry:`) is no frame at all.
struct Frame {
  std::string_view bytes;  // to forward and to record
  std::string_view data;  // the data payload of an SSE event (several data lines joined by LF), the
                          // line of NDJSON; empty: a comment
  std::string_view event;  // SSE `event:` name, else empty
};

class FrameSplitter {
 public:
  enum class Result : uint8_t {
    kFrame,    // *frame is the next one; its views live until the next call
    kMore,     // nothing whole is left
    kTooLong,  // one frame exceeds frame_bytes_max: the stream cannot be read. Says so for ever
               // after.
  };

  explicit FrameSplitter(StreamFraming framing, size_t frame_bytes_max = 64U << 20)
      : framing_(framing), frame_bytes_max_(frame_bytes_max) {}

  // Gives the splitter more payload, once Next() has returned kMore for what it was given before.
  // `bytes` must stay valid until it does so again.
  void Feed(std::string_view bytes);
  Result Next(Frame* frame);
  // At the end of the stream: whether an unfinished frame is left over (a cut stream), and its
  // bytes. A caller that trusts the transport may still Feed("\n\n") to take it.
  std::string_view rest() const { return rest_given_ ? std::string_view() : rest_; }
  StreamFraming framing() const { return framing_; }

 private:
  bool TakePlainEvent(Frame* frame);
  Result NextCareful(Frame* frame);
  // Where the frame at the front of input_ ends, or npos when it does not yet.
  size_t FindEnd();
  size_t FindEventEnd();
  // Frame's views from the bytes of one whole frame; false when it carries nothing.
  bool Read(std::string_view raw, Frame* frame);
  bool ReadLine(std::string_view raw, Frame* frame);
  bool ReadJsonLine(std::string_view raw, Frame* frame);
  void DropRest();

  StreamFraming framing_;
  // What is known of the unfinished frame, so that no byte is looked at twice.
  bool started_ = false;     // the stream's first frame is behind us (before it may stand a BOM)
  bool rest_given_ = false;  // rest_ is the frame that Next() gave last
  bool too_long_ = false;
  bool in_line_ = false;   // its last line has bytes but no end
  bool after_cr_ = false;  // the last byte was CR: an LF now belongs to it
  bool saw_cr_ = false;    // it must be rebuilt
  uint32_t lines_ = 0;     // its whole lines that are not blank
  size_t frame_bytes_max_;
  std::string_view input_;  // what Feed gave and is not yet split
  std::string rest_;        // the unfinished frame
  std::string rebuilt_;     // memory for a frame that could not be given as it came
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_EVENT_STREAM_H_
