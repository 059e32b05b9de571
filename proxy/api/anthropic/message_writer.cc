// A whole answer.
#include <algorithm>
#include <string>

#include "proxy/api/anthropic/message_answer.h"
#include "proxy/api/anthropic/message_request.h"

namespace banto::api::anthropic {
namespace {

void AppendMember(std::string_view opening, JsonText text, std::string* json) {
  json->append(opening);
  AppendQuoted(text, json);
}

void AppendCall(const AnswerContext& context, const Part& part, int call, std::string* json) {
  json->append(R"({"type":"tool_use","id":")");
  if (part.id.empty()) {
    AppendId("toolu_", context.id, json);
    json->append(std::to_string(call));
  } else {
    json->append(part.id);
  }
  AppendMember(R"(","name":)", part.name, json);
  json->append(R"(,"input":)");
  AppendInput(part.arguments, json);
  json->push_back('}');
}

class Content {
 public:
  Content(const AnswerContext& context, std::string* json) : context_(context), json_(json) {}
  void Append(const Part& part);
  const Held& held() const { return held_; }

 private:
  std::string* Next() {
    json_->append(first_ ? "" : ",");
    first_ = false;
    return json_;
  }

  const AnswerContext& context_;
  std::string* json_;
  bool first_ = true;
  Held held_;
  int calls_ = 0;
};

void Content::Append(const Part& part) {
  switch (part.kind) {
    case Part::Kind::kRefusal:
    case Part::Kind::kText:
      if (part.text.empty()) return;
      held_.refusal = held_.refusal || part.kind == Part::Kind::kRefusal;
      AppendMember(R"({"type":"text","text":)", part.text, Next());
      break;
    case Part::Kind::kReasoning:
      AppendMember(R"({"type":"thinking","thinking":)", part.text, Next());
      AppendMember(R"(,"signature":)", part.signature, json_);
      break;
    case Part::Kind::kSealedReasoning:
      AppendMember(R"({"type":"redacted_thinking","data":)", part.data, Next());
      break;
    case Part::Kind::kToolCall:
      held_.call = true;
      AppendCall(context_, part, calls_++, Next());
      return;
    case Part::Kind::kImage:
    case Part::Kind::kToolResult:
      return;
  }
  json_->push_back('}');
}

}  // namespace

std::string WriteWhole(const AnswerContext& context, const NeutralAnswer& answer) {
  std::string json = R"({"id":")";
  AppendId("msg_", context.id, &json);
  json.append(R"(","type":"message","role":"assistant","model":")");
  AppendEscaped(context.model, &json);
  json.append(R"(","content":[)");
  static const NeutralChoice kNothing;
  const NeutralChoice& choice = answer.choices.empty() ? kNothing : answer.choices.front();
  Content content(context, &json);
  for (const Part& part : choice.parts) content.Append(part);
  json.append(R"(],"stop_reason":")").append(StopReasonOf(choice.reason, content.held()));
  json.append(R"(","stop_sequence":)");
  if (choice.reason == FinishReason::kStopSequence && !choice.stop_sequence.empty()) {
    AppendQuoted(choice.stop_sequence, &json);
  } else {
    json.append("null");
  }
  json.append(R"(,"usage":)");
  AppendUsage(answer.usage, Input::kAlways, &json);
  return json.append("}");
}

std::string WriteCount(const AnswerContext&, const NeutralAnswer& answer) {
  const int64_t input = std::max<int64_t>(answer.usage.input, 0);
  return R"({"input_tokens":)" + std::to_string(input) + "}";
}

}  // namespace banto::api::anthropic
