#include "perf/sim_worker/ask.h"

#include <algorithm>

#include "perf/common/answer_text.h"
#include "perf/common/json_fields.h"
#include "perf/engine/text_chain.h"

namespace banto::perf {
namespace {

constexpr int64_t kOutputTokensMax = 100'000;
constexpr size_t kBytesPerToken = 4;

Api ApiOf(std::string_view path) {
  if (path == "/v1/chat/completions") return Api::kChat;
  if (path == "/v1/completions") return Api::kCompletion;
  if (path == "/api/chat") return Api::kOllamaChat;
  if (path == "/api/generate") return Api::kOllamaGenerate;
  if (path == "/v1/messages") return Api::kMessages;
  return Api::kNone;
}

bool IsLimit(std::string_view key) {
  return key == "max_tokens" || key == "max_completion_tokens" || key == "num_predict";
}

bool IsText(std::string_view key) { return key == "content" || key == "prompt" || key == "text"; }

}  // namespace

Ask ReadAsk(std::string_view method, std::string_view path, std::string_view body, bool chained) {
  Ask ask;
  if (method == "POST") ask.api = ApiOf(path);
  if (ask.api == Api::kNone) return ask;
  ask.stream = ask.api == Api::kOllamaChat || ask.api == Api::kOllamaGenerate;
  PromptHash hash;
  TextChain chain;
  size_t prompt_bytes = 0;
  for (JsonFields fields(body); fields.Next();) {
    const std::string_view key = fields.key();
    if (fields.is_string()) {
      if (key == "model") ask.model = fields.value();
      if (!IsText(key)) continue;
      hash.Add(fields.value());
      if (chained) chain.Add(fields.value());
      prompt_bytes += fields.value().size();
    } else if (key == "stream") {
      ask.stream = fields.value() == "true";
    } else if (key == "include_usage") {
      ask.include_usage = fields.value() == "true";
    } else if (IsLimit(key)) {
      ask.output_tokens = std::clamp<int64_t>(fields.number(16), 1, kOutputTokensMax);
    }
  }
  ask.seed = hash.value();
  ask.prompt.tokens = static_cast<int64_t>(std::max<size_t>(1, prompt_bytes / kBytesPerToken));
  ask.prompt.chain = chain.Take();
  return ask;
}

}  // namespace banto::perf
