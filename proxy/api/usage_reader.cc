#include "proxy/api/usage_reader.h"

#include <algorithm>

#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

int64_t CachedOf(std::string_view details, int64_t otherwise) {
  json::JsonCursor json(details);
  std::string_view key;
  if (!json.EnterObject()) return otherwise;
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "cached_tokens") return json::IntegerOr(value, otherwise);
  }
  return otherwise;
}

}  // namespace

void ReadUsage(std::string_view raw, Usage* usage) {
  json::JsonCursor json(raw);
  std::string_view key;
  if (!json.EnterObject()) return;
  int64_t input = -1, read = -1, written = 0;  // the latter two beside the input
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "prompt_tokens" || key == "input_tokens" || key == "prompt_eval_count") {
      input = json::IntegerOr(value, -1);
    } else if (key == "completion_tokens" || key == "output_tokens" || key == "eval_count") {
      usage->output_tokens = json::IntegerOr(value, usage->output_tokens);
    } else if (key == "prompt_tokens_details" || key == "input_tokens_details") {
      usage->cached_tokens = CachedOf(value, usage->cached_tokens);
    } else if (key == "cache_read_input_tokens") {
      read = json::IntegerOr(value, -1);
    } else if (key == "cache_creation_input_tokens") {
      written = std::max<int64_t>(0, json::IntegerOr(value, 0));
    }
  }
  if (read >= 0) usage->cached_tokens = read;
  if (input >= 0) usage->input_tokens = input + std::max<int64_t>(0, read) + written;
}

bool CountsSomething(const Usage& usage) {
  return usage.input_tokens > 0 || usage.output_tokens > 0;
}

}  // namespace banto::api
