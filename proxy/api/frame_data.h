// Visits the frames of a recorded stream. Pure.
#ifndef BANTO_PROXY_API_FRAME_DATA_H_
#define BANTO_PROXY_API_FRAME_DATA_H_

#include <string>
#include <string_view>

#include "proxy/api/json_text.h"
#include "proxy/http/event_stream.h"

namespace banto::api {

// Calls f(data, event) for each frame that is no comment, until it returns false. The data are part
// of `frames`, or kept in `store`. False: f did, or the last frame is unfinished.
template <typename F>
bool EachFrame(std::string_view frames, http::StreamFraming framing, TextStore* store, F&& f) {
  http::FrameSplitter splitter(framing);
  http::Frame frame;
  splitter.Feed(frames);
  while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
    std::string_view data = frame.data;
    if (data.empty()) continue;
    const bool within =
        data.data() >= frames.data() && data.data() + data.size() <= frames.data() + frames.size();
    if (!within) data = store->Keep(std::string(data));
    if (!f(data, frame.event)) return false;
  }
  return splitter.rest().empty();
}

}  // namespace banto::api

#endif  // BANTO_PROXY_API_FRAME_DATA_H_
