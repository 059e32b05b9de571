// What each chunk of an answer, or the whole, begins with. Rendered once an answer.
#ifndef BANTO_PROXY_API_OPENAI_ANSWER_HEAD_H_
#define BANTO_PROXY_API_OPENAI_ANSWER_HEAD_H_

#include <string>
#include <string_view>

#include "proxy/api/codec.h"

namespace banto::api::openai {

class AnswerHead {
 public:
  // `prefix`: of ids.
  AnswerHead(std::string_view prefix, std::string_view object, const AnswerContext& context);

  // `data: {"id":"…","object":"…","created":…,"model":"…","choices":[`
  std::string_view of_chunk() const { return text_; }
  // The same without `data: `.
  std::string_view of_whole() const;
  // For a chunk: its kind, and where id and time are.
  FrameVerdict VerdictOf(FrameKind kind) const;

 private:
  std::string text_;
  FrameVerdict verdict_;
};

// The chunk without choices; none where nothing was counted.
void WriteUsage(const AnswerHead& head, const TokenCounts& usage, FrameOutput* out);
// The end of a good stream.
void WriteDone(FrameOutput* out);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_ANSWER_HEAD_H_
