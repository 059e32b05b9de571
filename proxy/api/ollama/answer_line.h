// Answers of /api/chat and /api/generate as a client gets them: the lines of a stream, or a whole.
// Pure.
#ifndef BANTO_PROXY_API_OLLAMA_ANSWER_LINE_H_
#define BANTO_PROXY_API_OLLAMA_ANSWER_LINE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/api/codec.h"

namespace banto::api::ollama {

enum class Shape : uint8_t {
  kChat,      // "message":{"role":"assistant","content":…}
  kGenerate,  // "response":…
};

// What an answer, or one line of it, says.
struct Said {
  JsonText content = {}, thinking = {};
  std::string_view calls = {};  // the elements of tool_calls; a prompt's answer has none
  RawJson logprobs = {};        // as in AnswerEvent
};

// A tool call; `index`: of the answer.
struct Call {
  JsonText id, name, arguments;
  int index = 0;
};
// Appends it as an element of tool_calls.
void AppendCall(const AnswerContext& context, const Call& call, std::string* calls);

class AnswerLine {
 public:
  AnswerLine(const AnswerContext& context, Shape shape);

  // Text alone, which is most of what is said: a few appends.
  void AppendText(JsonText text, std::string* out) const;
  // Anything else, before the end.
  void Append(const Said& said, std::string* out) const;
  // The last line, or a whole answer; `said` is empty in a stream.
  void AppendDone(const Said& said, FinishReason reason, const TokenCounts& usage,
                  std::string* out) const;

  // Of a line that begins a frame.
  FrameVerdict Verdict(FrameKind kind) const {
    FrameVerdict verdict = verdict_;
    verdict.kind = kind;
    return verdict;
  }

 private:
  void AppendSaid(const Said& said, std::string* out) const;

  Shape shape_;
  std::string head_;  // {"model":…,"created_at":…,
  std::string text_;  // … up to the text
  FrameVerdict verdict_;
};

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_ANSWER_LINE_H_
