// Reads a recorded stream whose frames are merged (merged_json.h). Most of them say what the one
// before said, but for a few texts: those are not parsed. Pure; the frames must outlive it.
#ifndef BANTO_PROXY_API_MERGED_STREAM_H_
#define BANTO_PROXY_API_MERGED_STREAM_H_

#include <array>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

#include "proxy/api/json_text.h"
#include "proxy/api/merged_json.h"
#include "proxy/http/event_stream.h"

namespace banto::api {

class MergedStream {
 public:
  // Merges a frame's data. The texts that it notes in the trace are then all that it changed, and
  // what it added them to stays in its place until the next call. False: the data are malformed, or
  // more than what is merged here.
  using Merger = std::function<bool(std::string_view data, MergedJson::Trace* trace)>;

  MergedStream(http::StreamFraming framing, Merger merger)
      : framing_(framing), merger_(std::move(merger)) {}

  // `store` keeps what `frames` do not hold as it is. False: a frame was refused, is unfinished, or
  // not as it would have been recorded.
  bool Add(std::string_view frames, TextStore* store);

 private:
  struct Hole {
    std::string_view before;  // the bytes from the hole before it
    MergedJson* to;
    Merge merge;
  };
  static constexpr size_t kHolesMax = MergedJson::Trace::kTextsMax;

  size_t AddLike(std::string_view frames);
  bool AddParsed(std::string_view bytes, std::string_view data);
  void Learn(std::string_view bytes, const MergedJson::Trace& trace);

  const http::StreamFraming framing_;
  const Merger merger_;
  // The frame before: where the texts were that it added, and the bytes around them.
  std::array<Hole, kHolesMax> holes_;
  size_t count_ = 0;  // 0: it did more than that, or nothing
  std::string_view after_;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_MERGED_STREAM_H_
