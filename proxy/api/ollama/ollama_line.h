// One object of Ollama's /api/chat or /api/generate: a line of a stream, or a whole answer. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_OLLAMA_LINE_H_
#define BANTO_PROXY_API_OLLAMA_OLLAMA_LINE_H_

#include <string_view>

#include "proxy/api/answer_reader.h"

namespace banto::api::ollama {

// Raw values point into the text that was read.
struct OllamaLine {
  bool is_json = false;
  bool utf8_ok = true;
  bool is_error = false;
  bool done = false;
  bool generated = false;        // content, response, thinking or tool calls
  std::string_view done_reason;  // between its quotes
  std::string_view eval_count;
  std::string_view text;        // a generated string that is not empty, between its quotes
  std::string_view created_at;  // between its quotes
};

OllamaLine ReadOllamaLine(std::string_view text);

// Where its date stands in `bytes`.
void LocateDate(const OllamaLine& line, std::string_view bytes, FrameVerdict* spans);

// The verdict on an answer whose last line this is; `generated`: by any of its lines.
Completeness JudgeOllama(const OllamaLine& last, bool generated, bool limit_set);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_OLLAMA_LINE_H_
