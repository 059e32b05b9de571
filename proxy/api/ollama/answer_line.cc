#include "proxy/api/ollama/answer_line.h"

#include "proxy/api/ollama/one_line.h"
#include "proxy/api/rfc3339.h"
#include "proxy/json/json_scan.h"

namespace banto::api::ollama {
namespace {

// Ollama itself ends with "stop" or "length"; its clients take other words as they are, and no
// answer that was withheld or broken off should look like a good one.
std::string_view WordOf(FinishReason reason) {
  switch (reason) {
    case FinishReason::kNone:
    case FinishReason::kStop:
    case FinishReason::kStopSequence:
    case FinishReason::kToolCalls:
      break;
    case FinishReason::kLength:
    case FinishReason::kPaused:
      return "length";
    case FinishReason::kContentFilter:
      return "content_filter";
    case FinishReason::kOther:
      return "error";
  }
  return "stop";
}

void AppendCount(std::string_view name, int64_t count, std::string* out) {
  if (count >= 0) out->append(name).append(std::to_string(count));
}

}  // namespace

void AppendCall(const AnswerContext& context, const Call& call, std::string* calls) {
  const std::string index = std::to_string(call.index);
  calls->append(calls->empty() ? R"({"id":")" : R"(,{"id":")");
  if (call.id.empty()) {
    calls->append("call_").append(context.id).append(index);
  } else {
    AppendOneLine(call.id, calls);
  }
  calls->append(R"(","function":{"index":)").append(index).append(R"(,"name":")");
  AppendOneLine(call.name, calls);
  calls->append(R"(","arguments":)");
  AppendArguments(call.arguments, calls);
  calls->append("}}");
}

AnswerLine::AnswerLine(const AnswerContext& context, Shape shape) : shape_(shape) {
  std::string model;
  json::AppendJsonString(context.model, &model);
  head_ = R"({"model":)";
  AppendOneLine(model, &head_);
  head_.append(R"(,"created_at":")");
  // Go writes a time with its nanoseconds.
  verdict_.created_is_date = true;
  verdict_.created_at = static_cast<uint32_t>(head_.size());
  head_.append(Rfc3339(context.created_s)).append(".000000000Z");
  verdict_.created_size = static_cast<uint32_t>(head_.size()) - verdict_.created_at;
  head_.append("\",");
  text_ = head_ + (shape == Shape::kChat ? R"("message":{"role":"assistant","content":")"
                                         : R"("response":")");
}

void AnswerLine::AppendText(JsonText text, std::string* out) const {
  out->append(text_);
  AppendOneLine(text, out);
  out->append(shape_ == Shape::kChat ? "\"},\"done\":false}\n" : "\",\"done\":false}\n");
}

// From the text to what comes after the message, without a comma at the end.
void AnswerLine::AppendSaid(const Said& said, std::string* out) const {
  out->append(text_);
  AppendOneLine(said.content, out);
  out->append("\"");
  if (!said.thinking.empty()) {
    out->append(R"(,"thinking":")");
    AppendOneLine(said.thinking, out);
    out->append("\"");
  }
  if (!said.calls.empty()) out->append(R"(,"tool_calls":[)").append(said.calls).append("]");
  if (shape_ == Shape::kChat) out->append("}");
  if (said.logprobs.empty()) return;
  out->append(R"(,"logprobs":[)");
  AppendOneLine(said.logprobs, out);
  out->append("]");
}

void AnswerLine::Append(const Said& said, std::string* out) const {
  AppendSaid(said, out);
  out->append(",\"done\":false}\n");
}

// The durations were not measured. Ollama's JavaScript types promise numbers all the same, and its
// Go client reads what is absent as 0.
void AnswerLine::AppendDone(const Said& said, FinishReason reason, const TokenCounts& usage,
                            std::string* out) const {
  AppendSaid(said, out);
  out->append(R"(,"done":true,"done_reason":")").append(WordOf(reason));
  out->append(R"(","total_duration":0,"load_duration":0)");
  AppendCount(R"(,"prompt_eval_count":)", usage.input, out);
  out->append(R"(,"prompt_eval_duration":0)");
  AppendCount(R"(,"eval_count":)", usage.output, out);
  out->append(R"(,"eval_duration":0})");
}

}  // namespace banto::api::ollama
