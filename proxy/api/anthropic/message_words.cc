// What whole and streamed answers say in the same words.
#include <algorithm>

#include "proxy/api/anthropic/message_answer.h"
#include "proxy/api/json_each.h"

namespace banto::api::anthropic {
namespace {

struct Reason {
  std::string_view word;
  FinishReason reason;
};
constexpr Reason kReasons[] = {
    {"end_turn", FinishReason::kStop},
    {"stop_sequence", FinishReason::kStopSequence},
    {"max_tokens", FinishReason::kLength},
    {"model_context_window_exceeded", FinishReason::kLength},
    {"tool_use", FinishReason::kToolCalls},
    {"refusal", FinishReason::kContentFilter},
    {"pause_turn", FinishReason::kPaused},
};

void AppendCount(std::string_view name, int64_t count, std::string* json) {
  if (count < 0) return;
  if (json->back() != '{') json->push_back(',');
  json->append("\"").append(name).append("\":").append(std::to_string(count));
}

}  // namespace

// Agents run the tools that they were asked for when the reason says so, and some engines say
// "stop" after a call.
std::string_view StopReasonOf(FinishReason reason, const Held& held) {
  const bool ended = reason == FinishReason::kStop || reason == FinishReason::kNone ||
                     reason == FinishReason::kToolCalls;
  if (ended && held.call) return "tool_use";
  if (ended) return held.refusal ? "refusal" : "end_turn";
  // There is no word for an answer that was given up; that it is not whole is the truth in it.
  if (reason == FinishReason::kOther) return "max_tokens";
  return std::find_if(std::begin(kReasons), std::end(kReasons),
                      [reason](const Reason& its) { return its.reason == reason; })
      ->word;
}

FinishReason FinishReasonOf(std::string_view stop_reason) {
  const auto* const its =
      std::find_if(std::begin(kReasons), std::end(kReasons),
                   [stop_reason](const Reason& reason) { return reason.word == stop_reason; });
  return its == std::end(kReasons) ? FinishReason::kOther : its->reason;
}

TokenCounts CountsOf(RawJson usage) {
  TokenCounts counts;
  EachMember(usage, [&](std::string_view key, RawJson value) {
    if (key == "input_tokens") counts.input = json::IntegerOr(value, -1);
    if (key == "output_tokens") counts.output = json::IntegerOr(value, -1);
    if (key == "cache_read_input_tokens") counts.cached = json::IntegerOr(value, -1);
    if (key == "cache_creation_input_tokens") counts.cache_written = json::IntegerOr(value, -1);
    if (key == "output_tokens_details") {
      EachMember(value, [&](std::string_view detail, RawJson count) {
        if (detail == "thinking_tokens") counts.reasoning = json::IntegerOr(count, -1);
      });
    }
  });
  return counts;
}

TokenCounts Together(const TokenCounts& counts) {
  TokenCounts all = counts;
  if (all.input < 0) return all;
  constexpr int64_t kCountMax = int64_t{1} << 40;  // so that sums stay numbers
  for (int64_t* const count : {&all.input, &all.cached, &all.cache_written})
    *count = std::min(*count, kCountMax);
  all.input += std::max<int64_t>(all.cached, 0) + std::max<int64_t>(all.cache_written, 0);
  return all;
}

void AppendUsage(const TokenCounts& counts, Input input, std::string* json) {
  int64_t fresh = counts.input;
  if (fresh >= 0) {
    fresh -= std::max<int64_t>(counts.cached, 0) + std::max<int64_t>(counts.cache_written, 0);
    fresh = std::max<int64_t>(fresh, 0);
  } else if (input == Input::kAlways) {
    fresh = 0;
  }
  json->push_back('{');
  AppendCount("input_tokens", fresh, json);
  AppendCount("cache_creation_input_tokens", counts.cache_written, json);
  AppendCount("cache_read_input_tokens", counts.cached, json);
  AppendCount("output_tokens", std::max<int64_t>(counts.output, 0), json);
  if (counts.reasoning >= 0) {
    json->append(R"(,"output_tokens_details":{)");
    AppendCount("thinking_tokens", counts.reasoning, json);
    json->push_back('}');
  }
  json->push_back('}');
}

void AppendId(std::string_view prefix, std::string_view id, std::string* json) {
  json->append(prefix);
  AppendEscaped(id, json);
}

}  // namespace banto::api::anthropic
