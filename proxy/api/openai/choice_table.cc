#include "proxy/api/openai/choice_table.h"

#include <algorithm>

namespace banto::api::openai {
namespace {

using json::HasSubstance;
using json::IntegerOr;
using json::JsonCursor;

// The one `function_call` of a choice in the old API; tool calls are numbered from 0.
constexpr int64_t kFunctionCall = -1;

// The arguments of a raw `function` object.
std::string_view ArgumentsOf(std::string_view function) {
  JsonCursor json(function);
  std::string_view key, arguments;
  if (!json.EnterObject()) return {};
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "arguments") arguments = value;
  }
  return arguments;
}

// Fields of a message or delta that hold something generated. Reasoning has three names:
// `reasoning` (vLLM, Ollama), `reasoning_content` (SGLang, llama.cpp), `thinking`.
bool IsGenerated(std::string_view key) {
  return key == "content" || key == "reasoning" || key == "reasoning_content" ||
         key == "thinking" || key == "refusal" || key == "audio";
}

// What is between a string's quotes; empty for other values.
std::string_view TextOf(std::string_view value) {
  return value.substr(0, 1) == "\"" ? json::Unquoted(value) : std::string_view();
}

}  // namespace

FinishClass ClassifyFinish(std::string_view reason) {
  if (reason.empty() || reason == "null") return FinishClass::kNone;
  if (reason == "length") return FinishClass::kLength;
  // The last two are TGI's.
  for (const std::string_view good :
       {"stop", "tool_calls", "function_call", "eos_token", "stop_sequence"}) {
    if (reason == good) return FinishClass::kGood;
  }
  return FinishClass::kBad;
}

ChoiceTable::ChoiceTable(int expected)
    // The bound is against an `n` that only wants our memory; no engine makes that many.
    : expected_(std::clamp(expected, 1, 4096)),
      finished_(static_cast<size_t>(expected_)),
      seen_(static_cast<size_t>(expected_)) {}

ChoiceTable::News ChoiceTable::Read(JsonCursor* json, int64_t position) {
  News news;
  int64_t index = position;
  std::string_view key, message, reason;
  ++elements_;
  if (!json->EnterObject()) {
    malformed_ = true;
    json->Skip();
    return news;
  }
  while (json->NextMember(&key)) {
    const std::string_view value = json->Skip();
    if (key == "index") {
      index = IntegerOr(value, -1);
    } else if (key == "delta" || key == "message") {
      message = value;
    } else if (key == "text") {
      news.generated = HasSubstance(value);
      news.text = TextOf(value);
    } else if (key == "finish_reason") {
      reason = json::Unquoted(value);
    }
  }
  if (index < 0 || index >= expected_) {
    malformed_ = true;
    return news;
  }
  if (!message.empty()) ReadMessage(index, message, &news);
  Note(index, reason, &news);
  return news;
}

void ChoiceTable::Note(int64_t index, std::string_view reason, News* news) {
  generated_ = generated_ || news->generated;
  const auto at = static_cast<size_t>(index);
  if (!seen_.Has(at)) {
    seen_.Add(at);
    ++seen_count_;
  }
  // After its finish a choice is silent.
  const bool was_finished = finished_.Has(at);
  if (was_finished) malformed_ = true;
  const FinishClass finish = ClassifyFinish(reason);
  if (finish == FinishClass::kNone || was_finished) return;
  news->finished = true;
  finished_.Add(at);
  ++finished_count_;
  length_ = length_ || finish == FinishClass::kLength;
  bad_reason_ = bad_reason_ || finish == FinishClass::kBad;
}

void ChoiceTable::ReadMessage(int64_t choice, std::string_view raw, News* news) {
  JsonCursor json(raw);
  std::string_view key;
  if (!json.EnterObject()) {
    malformed_ = malformed_ || raw != "null";
    return;
  }
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "role" || !HasSubstance(value)) continue;
    if (IsGenerated(key)) {
      news->generated = true;
      if (value.front() == '"') news->text = TextOf(value);
    } else if (key == "tool_calls") {
      news->called = true;
      news->generated = ReadToolCalls(choice, value) || news->generated;
    } else if (key == "function_call") {
      news->called = true;
      tools_.Add(choice, kFunctionCall, ArgumentsOf(value));
      news->generated = true;
    }
  }
}

bool ChoiceTable::ReadToolCalls(int64_t choice, std::string_view raw) {
  JsonCursor json(raw);
  int64_t position = 0;
  if (!json.EnterArray()) {
    malformed_ = true;
    return false;
  }
  for (; json.NextElement(); ++position) {
    int64_t call = position;
    std::string_view key, function;
    if (!json.EnterObject()) {
      malformed_ = true;
      json.Skip();
      continue;
    }
    while (json.NextMember(&key)) {
      const std::string_view value = json.Skip();
      if (key == "index") call = IntegerOr(value, position);
      if (key == "function") function = value;
    }
    tools_.Add(choice, call, ArgumentsOf(function));
  }
  return position != 0;
}

Completeness ChoiceTable::Judge(bool limit_set) const {
  if (bad_reason_) return Completeness::kFinishReasonError;
  if (malformed_) return Completeness::kMalformed;
  if (length_ && !limit_set) return Completeness::kLengthLimit;
  if (!generated_) return Completeness::kEmptyAnswer;
  return tools_.AllParse() ? Completeness::kComplete : Completeness::kMalformed;
}

}  // namespace banto::api::openai
