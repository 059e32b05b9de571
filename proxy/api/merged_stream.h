// One JSON value out of the frames of a recorded stream (merged_json.h). Most of them say what the
// one before said, but for one text that is added: those are not parsed. Pure; the frames must
// outlive it.
#ifndef BANTO_PROXY_API_MERGED_STREAM_H_
#define BANTO_PROXY_API_MERGED_STREAM_H_

#include <cstddef>
#include <string_view>

#include "proxy/api/json_text.h"
#include "proxy/api/merged_json.h"
#include "proxy/http/event_stream.h"

namespace banto::api {

class MergedStream {
 public:
  MergedStream(http::StreamFraming framing, const MergeRules& rules)
      : framing_(framing), rules_(rules) {}

  // `store` keeps what `frames` do not hold as it is. False: they are malformed, unfinished, or
  // more than what is added up here.
  bool Add(std::string_view frames, TextStore* store);
  const MergedJson& sum() const { return sum_; }
  MergedJson Take() { return std::move(sum_); }

 private:
  size_t AddLike(std::string_view frames);
  bool AddParsed(const http::Frame& frame, std::string_view data);

  const http::StreamFraming framing_;
  const MergeRules& rules_;
  MergedJson sum_;
  // Of the frame before: its bytes around the one text that it added, and where that went; nullptr:
  // it did more than that.
  std::string_view before_, after_;
  MergedJson* text_ = nullptr;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_MERGED_STREAM_H_
