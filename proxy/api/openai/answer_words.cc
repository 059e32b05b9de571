#include "proxy/api/openai/answer_words.h"

#include <algorithm>

#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

struct Word {
  std::string_view word;
  FinishReason reason;
};
// The last two are TGI's.
constexpr Word kWords[] = {
    {"stop", FinishReason::kStop},
    {"length", FinishReason::kLength},
    {"tool_calls", FinishReason::kToolCalls},
    {"function_call", FinishReason::kToolCalls},
    {"content_filter", FinishReason::kContentFilter},
    {"eos_token", FinishReason::kStop},
    {"stop_sequence", FinishReason::kStopSequence},
};

// Into *counts, by one name for both details objects, which share none.
void ReadDetails(RawJson details, TokenCounts* counts) {
  json::JsonCursor json(details);
  std::string_view key;
  if (!json.EnterObject()) return;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "cached_tokens") counts->cached = json::IntegerOr(value, -1);
    if (key == "reasoning_tokens") counts->reasoning = json::IntegerOr(value, -1);
  }
}

void AppendDetail(std::string_view prefix, int64_t count, std::string* json) {
  if (count >= 0) json->append(prefix).append(std::to_string(count)).append("}");
}

}  // namespace

FinishReason ReadFinish(std::string_view word) {
  if (word.empty() || word == "null") return FinishReason::kNone;
  const Word* const known = std::find_if(std::begin(kWords), std::end(kWords),
                                         [word](const Word& its) { return its.word == word; });
  return known == std::end(kWords) ? FinishReason::kOther : known->reason;
}

std::string_view FinishWord(FinishReason reason, bool calls) {
  switch (reason) {
    case FinishReason::kToolCalls:
      return calls ? "tool_calls" : "stop";
    case FinishReason::kContentFilter:
      return "content_filter";
    // There is no word for an answer that broke off, or is to go on, but "length" is one that
    // clients take for it.
    case FinishReason::kLength:
    case FinishReason::kPaused:
    case FinishReason::kOther:
      return "length";
    default:
      return "stop";
  }
}

TokenCounts ReadTokenCounts(RawJson usage) {
  TokenCounts counts;
  json::JsonCursor json(usage);
  std::string_view key;
  if (!json.EnterObject()) return counts;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "prompt_tokens") {
      counts.input = json::IntegerOr(value, -1);
    } else if (key == "completion_tokens") {
      counts.output = json::IntegerOr(value, -1);
    } else if (key == "prompt_tokens_details" || key == "completion_tokens_details") {
      ReadDetails(value, &counts);
    } else if (key == "reasoning_tokens") {  // SGLang
      counts.reasoning = json::IntegerOr(value, -1);
    }
  }
  return counts;
}

void EmitUsage(RawJson usage, bool alone, AnswerSink* sink) {
  if (!usage.starts_with('{')) return;
  AnswerEvent event;
  event.kind = AnswerEvent::Kind::kUsage;
  event.usage = ReadTokenCounts(usage);
  // Beside a choice, zeros are no usage (Ollama).
  if (alone || event.usage.input > 0 || event.usage.output > 0) sink->On(event);
}

void AppendTokenCounts(const TokenCounts& counts, std::string* json) {
  const int64_t input = std::max<int64_t>(counts.input, 0);
  const int64_t output = std::max<int64_t>(counts.output, 0);
  json->append(R"({"prompt_tokens":)").append(std::to_string(input));
  json->append(R"(,"completion_tokens":)").append(std::to_string(output));
  json->append(R"(,"total_tokens":)").append(std::to_string(input + output));
  AppendDetail(R"(,"prompt_tokens_details":{"cached_tokens":)", counts.cached, json);
  AppendDetail(R"(,"completion_tokens_details":{"reasoning_tokens":)", counts.reasoning, json);
  *json += '}';
}

}  // namespace banto::api::openai
