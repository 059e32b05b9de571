// The `response` object around what a model says, as the official SDKs' types demand it: it repeats
// much of the request. A value.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_OBJECT_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_OBJECT_H_

#include <string>
#include <string_view>

#include "proxy/api/codec.h"

namespace banto::api::openai {

struct ResponseState {
  std::string_view status;      // "in_progress", "completed", "incomplete"
  std::string_view incomplete;  // why: a reason of incomplete_details; empty: none
  std::string_view output;      // its items, commas between
  TokenCounts usage;
};

class ResponseObject {
 public:
  explicit ResponseObject(const AnswerContext& context);

  void Append(const ResponseState& state, std::string* out) const;
  // The spans of id and time in an object that begins at `at` of a frame.
  void Locate(size_t at, FrameVerdict* verdict) const;

 private:
  std::string head_;  // up to the status
  std::string tail_;  // what the request said
  uint32_t id_size_ = 0, created_at_ = 0, created_size_ = 0;
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_OBJECT_H_
