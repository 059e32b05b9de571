// A recorded stream spelt anew so that it says the same and no frame is like the one before, so
// that each is parsed. For tests only.
#ifndef BANTO_TESTS_UNIT_API_UNLIKE_FRAMES_H_
#define BANTO_TESTS_UNIT_API_UNLIKE_FRAMES_H_

#include <string>
#include <string_view>

#include "proxy/http/event_stream.h"

namespace banto::api {

// Its frames one after the other, every second with a space behind its data if `spelt_anew`.
inline std::string Recorded(std::string_view stream, http::StreamFraming framing,
                            bool spelt_anew = false) {
  const size_t end = framing == http::StreamFraming::kSse ? 2 : 1;
  http::FrameSplitter splitter(framing);
  http::Frame frame;
  std::string frames;
  splitter.Feed(stream);
  for (bool second = false; splitter.Next(&frame) == http::FrameSplitter::Result::kFrame;) {
    if (frame.data.empty()) continue;  // a comment
    frames += frame.bytes;
    if (second && spelt_anew) frames.insert(frames.size() - end, " ");
    second = !second;
  }
  return frames;
}

inline std::string UnlikeFrames(std::string_view stream, http::StreamFraming framing) {
  return Recorded(stream, framing, true);
}

}  // namespace banto::api

#endif  // BANTO_TESTS_UNIT_API_UNLIKE_FRAMES_H_
