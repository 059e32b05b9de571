#include "proxy/api/ollama/ollama_line.h"

#include "proxy/json/json_cursor.h"

namespace banto::api::ollama {
namespace {

using json::HasSubstance;
using json::JsonCursor;

// Takes down what a member of the API's generated ones holds.
void Generate(std::string_view value, OllamaLine* line) {
  if (!HasSubstance(value)) return;
  line->generated = true;
  if (value.front() == '"') line->text = json::Unquoted(value);
}

void ReadMessage(JsonCursor* json, OllamaLine* line) {
  std::string_view key;
  if (!json->EnterObject()) {
    json->Skip();
    return;
  }
  while (json->NextMember(&key)) {
    const std::string_view value = json->Skip();
    // Tool arguments are objects here, so reading the line was their check.
    if (key == "content" || key == "thinking" || key == "tool_calls") Generate(value, line);
  }
}

}  // namespace

OllamaLine ReadOllamaLine(std::string_view text) {
  OllamaLine line;
  JsonCursor json(text);
  std::string_view key;
  if (!json.EnterObject()) return line;
  while (json.NextMember(&key)) {
    if (key == "message") {
      ReadMessage(&json, &line);
      continue;
    }
    const std::string_view value = json.Skip();
    if (key == "response" || key == "thinking") {
      Generate(value, &line);
    } else if (key == "created_at") {
      line.created_at = value.substr(0, 1) == "\"" ? json::Unquoted(value) : std::string_view();
    } else if (key == "done") {
      line.done = value == "true";
    } else if (key == "done_reason") {
      line.done_reason = value == "null" ? std::string_view() : json::Unquoted(value);
    } else if (key == "eval_count") {
      line.eval_count = value;
    } else if (key == "error") {
      line.is_error = HasSubstance(value);
    }
  }
  line.is_json = json.Finish();
  line.utf8_ok = json.utf8_ok();
  return line;
}

void LocateDate(const OllamaLine& line, std::string_view bytes, FrameVerdict* spans) {
  spans->created_is_date = Locate(line.created_at, bytes, &spans->created_at, &spans->created_size);
}

Completeness JudgeOllama(const OllamaLine& last, bool generated, bool limit_set) {
  if (!last.done) return Completeness::kIncompleteStream;
  // Old servers gave no reason; a count then shows that tokens were made, not a model loaded.
  const bool good = last.done_reason == "stop" ||
                    (last.done_reason.empty() && json::IntegerOr(last.eval_count, -1) >= 0);
  const bool length = last.done_reason == "length";
  if (!good && !length) return Completeness::kFinishReasonError;
  if (length && !limit_set) return Completeness::kLengthLimit;
  return generated ? Completeness::kComplete : Completeness::kEmptyAnswer;
}

}  // namespace banto::api::ollama
