#include "proxy/api/usage_reader.h"

#include "proxy/json/json_cursor.h"

namespace banto::api {

void ReadUsage(std::string_view raw, Usage* usage) {
  json::JsonCursor json(raw);
  std::string_view key;
  if (!json.EnterObject()) return;
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "prompt_tokens" || key == "input_tokens" || key == "prompt_eval_count") {
      usage->input_tokens = json::IntegerOr(value, usage->input_tokens);
    } else if (key == "completion_tokens" || key == "output_tokens" || key == "eval_count") {
      usage->output_tokens = json::IntegerOr(value, usage->output_tokens);
    }
  }
}

bool CountsSomething(const Usage& usage) {
  return usage.input_tokens > 0 || usage.output_tokens > 0;
}

}  // namespace banto::api
