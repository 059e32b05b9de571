// vllm/entrypoints/serve/tokenize (TokenizeChatRequest, TokenizeResponse); llama.cpp
// tools/server/README.md, "POST /tokenize".
#include <string>

#include "proxy/api/json_each.h"
#include "proxy/api/native/codecs.h"
#include "proxy/api/request_text.h"

namespace banto::api::native {
namespace {

void AppendMember(std::string_view opening, JsonText text, std::string* json) {
  json->append(opening);
  AppendQuoted(text, json);
}

std::string_view NameOf(Role role) {
  switch (role) {
    case Role::kSystem:
    case Role::kDeveloper:
      return "system";
    case Role::kAssistant:
      return "assistant";
    case Role::kTool:
      return "tool";
    default:
      return "user";
  }
}

void AppendTexts(const std::vector<Part>& parts, std::string* json) {
  json->append(R"("content":")");
  for (const Part& part : parts) {
    if (part.kind == Part::Kind::kText || part.kind == Part::Kind::kRefusal)
      json->append(part.text);
  }
  json->append("\"");
}

void AppendCalls(const std::vector<Part>& parts, std::string* json) {
  std::string_view before = R"(,"tool_calls":[)";
  for (const Part& part : parts) {
    if (part.kind != Part::Kind::kToolCall) continue;
    json->append(before);
    AppendMember(R"({"type":"function","id":)", part.id, json);
    AppendMember(R"(,"function":{"name":)", part.name, json);
    AppendMember(R"(,"arguments":)", part.arguments.empty() ? "{}" : part.arguments, json);
    json->append("}}");
    before = ",";
  }
  if (before == ",") json->append("]");
}

// Each result is a message of its own.
void AppendMessage(const Message& message, std::string* json) {
  if (message.role == Role::kTool) {
    for (const Part& part : message.parts) {
      if (json->back() != '[') json->push_back(',');
      AppendMember(R"({"role":"tool","tool_call_id":)", part.id, json);
      json->append(",");
      AppendTexts(part.parts, json);
      json->append("}");
    }
    return;
  }
  if (json->back() != '[') json->push_back(',');
  json->append(R"({"role":")").append(NameOf(message.role)).append("\",");
  AppendTexts(message.parts, json);
  if (message.role == Role::kAssistant) AppendCalls(message.parts, json);
  json->append("}");
}

void AppendTools(const std::vector<Tool>& tools, std::string* json) {
  std::string_view before = R"(,"tools":[)";
  for (const Tool& tool : tools) {
    json->append(before);
    AppendMember(R"({"type":"function","function":{"name":)", tool.name, json);
    if (!tool.description.empty()) AppendMember(R"(,"description":)", tool.description, json);
    if (!tool.parameters.empty()) json->append(R"(,"parameters":)").append(tool.parameters);
    json->append("}}");
    before = ",";
  }
  if (!tools.empty()) json->append("]");
}

std::string OfMessages(const NeutralRequest& request, std::string_view model) {
  std::string json = R"({"model":")";
  AppendEscaped(model, &json);
  json.append(R"(","messages":[)");
  for (const Message& message : request.messages) AppendMessage(message, &json);
  json.append("]");
  AppendTools(request.tools, &json);
  return json.append("}");
}

WrittenRequest WriteRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  if (CountImages(request) > 0) AddDropped("messages[].content[image]", &written.dropped);
  if ((worker.engines & engine::kVllm) != 0) {
    written.body = OfMessages(request, worker.model);
  } else {
    written.body = R"({"content":")" + AllText(request) + R"(","add_special":true})";
  }
  return written;
}

bool ReadWhole(std::string_view body, AnswerSink* sink) {
  int64_t count = -1, tokens = -1;
  const bool read = EachMember(body, [&](std::string_view key, RawJson value) {
    if (key == "count") count = json::IntegerOr(value, -1);
    if (key != "tokens") return;
    int64_t elements = 0;
    if (EachElement(value, [&](RawJson) { ++elements; })) tokens = elements;
  });
  AnswerEvent event;
  event.kind = AnswerEvent::Kind::kUsage;
  event.usage.input = count >= 0 ? count : tokens;
  if (!read || event.usage.input < 0) return false;
  sink->On(event);
  return true;
}

}  // namespace

constinit const Codec kTokenizeCodec = {
    .read_request = nullptr,
    .write_stream = nullptr,
    .write_whole = nullptr,
    .write_request = WriteRequest,
    .read_stream = nullptr,
    .read_whole = ReadWhole,
};

}  // namespace banto::api::native
