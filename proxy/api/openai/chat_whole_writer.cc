// A chat.completion.
#include "proxy/api/openai/answer_head.h"
#include "proxy/api/openai/answer_words.h"
#include "proxy/api/openai/chat.h"

namespace banto::api::openai {
namespace {

// The texts of one kind, or null if there are none.
void AppendTexts(const NeutralChoice& choice, Part::Kind kind, std::string* json) {
  bool open = false;
  for (const Part& part : choice.parts) {
    if (part.kind != kind) continue;
    if (!open) *json += '"';
    open = true;
    json->append(part.text);
  }
  json->append(open ? "\"" : "null");
}

bool Has(const NeutralChoice& choice, Part::Kind kind) {
  for (const Part& part : choice.parts) {
    if (part.kind == kind) return true;
  }
  return false;
}

void AppendCalls(const NeutralChoice& choice, std::string_view id, std::string* json) {
  int number = 0;
  json->append(R"(,"tool_calls":[)");
  for (const Part& part : choice.parts) {
    if (part.kind != Part::Kind::kToolCall) continue;
    if (number != 0) *json += ',';
    json->append(R"({"id":")");
    if (part.id.empty()) {
      json->append(id).append("_").append(std::to_string(number));
    } else {
      json->append(part.id);
    }
    ++number;
    json->append(R"(","type":"function","function":{"name":)");
    AppendQuoted(part.name, json);
    json->append(R"(,"arguments":)");
    AppendQuoted(part.arguments.empty() ? "{}" : part.arguments, json);
    json->append("}}");
  }
  *json += ']';
}

void AppendMessage(const NeutralChoice& choice, std::string_view id, std::string* json) {
  const bool calls = Has(choice, Part::Kind::kToolCall);
  json->append(R"({"role":"assistant","content":)");
  const bool empty = !calls && !Has(choice, Part::Kind::kRefusal) &&
                     !Has(choice, Part::Kind::kReasoning) && !Has(choice, Part::Kind::kText);
  if (empty) {
    json->append(R"("")");
  } else {
    AppendTexts(choice, Part::Kind::kText, json);
  }
  json->append(R"(,"refusal":)");
  AppendTexts(choice, Part::Kind::kRefusal, json);
  if (Has(choice, Part::Kind::kReasoning)) {
    json->append(R"(,"reasoning_content":)");
    AppendTexts(choice, Part::Kind::kReasoning, json);
  }
  if (calls) AppendCalls(choice, id, json);
  *json += '}';
}

void AppendChoice(const NeutralChoice& choice, size_t index, std::string_view id,
                  std::string* json) {
  json->append(index == 0 ? "" : ",");
  json->append(R"({"index":)").append(std::to_string(index)).append(R"(,"message":)");
  AppendMessage(choice, id, json);
  json->append(R"(,"logprobs":)");
  if (choice.logprobs.empty()) {
    json->append("null");
  } else {
    json->append(R"({"content":[)").append(choice.logprobs).append(R"(],"refusal":null})");
  }
  json->append(R"(,"finish_reason":")").append(FinishWord(choice.reason, true)).append("\"");
  if (choice.reason == FinishReason::kStopSequence && !choice.stop_sequence.empty()) {
    json->append(R"(,"stop_reason":)");  // as vLLM says it
    AppendQuoted(choice.stop_sequence, json);
  }
  *json += '}';
}

}  // namespace

std::string WriteChatWhole(const AnswerContext& context, const NeutralAnswer& answer) {
  std::string json(AnswerHead("chatcmpl-", "chat.completion", context).of_whole());
  for (size_t at = 0; at < answer.choices.size(); ++at) {
    const std::string id = "call_" + std::string(context.id) + "_" + std::to_string(at);
    AppendChoice(answer.choices[at], at, id, &json);
  }
  json += ']';
  if (answer.usage.input >= 0 || answer.usage.output >= 0) {
    json.append(R"(,"usage":)");
    AppendTokenCounts(answer.usage, &json);
  }
  return json + "}";
}

}  // namespace banto::api::openai
