#include <algorithm>

#include "proxy/api/missing_tool.h"
#include "proxy/api/openai/request_text.h"
#include "proxy/api/openai/responses_request.h"

namespace banto::api::openai {
namespace {

void AppendMember(std::string_view name, RawJson value, std::string* json) {
  json->append(",\"").append(name).append("\":").append(value);
}

void AppendTextMember(std::string_view name, JsonText text, std::string* json) {
  json->append(",\"").append(name).append("\":");
  AppendQuoted(text, json);
}

// Here a function is strict unless it says that it is not; elsewhere it is the other way round.
void AppendTools(const std::vector<Tool>& tools, std::string* json) {
  if (tools.empty()) return;
  json->append(R"(,"tools":[)");
  for (const Tool& tool : tools) {
    json->append(R"({"type":"function")");
    AppendTextMember("name", tool.name, json);
    if (!tool.description.empty()) AppendTextMember("description", tool.description, json);
    constexpr RawJson kNone = R"({"type":"object","properties":{}})";
    AppendMember("parameters", tool.parameters.empty() ? kNone : tool.parameters, json);
    AppendMember("strict", tool.strict.empty() ? "false" : tool.strict, json);
    json->append("},");
  }
  json->back() = ']';
}

void AppendToolChoice(const ToolChoice& choice, std::string* json) {
  switch (choice.kind) {
    case ToolChoice::Kind::kUnset:
      return;
    case ToolChoice::Kind::kAuto:
      return AppendMember("tool_choice", R"("auto")", json);
    case ToolChoice::Kind::kNone:
      return AppendMember("tool_choice", R"("none")", json);
    case ToolChoice::Kind::kRequired:
      return AppendMember("tool_choice", R"("required")", json);
    case ToolChoice::Kind::kNamed:
      json->append(R"(,"tool_choice":{"type":"function")");
      AppendTextMember("name", choice.name, json);
      json->append("}");
  }
}

void AppendFormat(const AnswerFormat& format, std::string* json) {
  switch (format.kind) {
    case AnswerFormat::Kind::kUnset:
      return;
    case AnswerFormat::Kind::kText:
      json->append(R"(,"format":{"type":"text"})");
      return;
    case AnswerFormat::Kind::kJsonObject:
      json->append(R"(,"format":{"type":"json_object"})");
      return;
    case AnswerFormat::Kind::kJsonSchema:
      json->append(R"(,"format":{"type":"json_schema")");
      AppendTextMember("name", format.name.empty() ? "answer" : format.name, json);
      if (!format.description.empty()) AppendTextMember("description", format.description, json);
      AppendMember("schema", format.schema.empty() ? "{}" : format.schema, json);
      if (!format.strict.empty()) AppendMember("strict", format.strict, json);
      json->append("}");
  }
}

void AppendText(const NeutralRequest& request, std::string* json) {
  std::string members;
  AppendFormat(request.format, &members);
  const RawJson verbosity = SettingOf(request.settings, Setting::kVerbosity);
  if (!verbosity.empty()) AppendMember("verbosity", verbosity, &members);
  if (!members.empty()) json->append(R"(,"text":{)").append(members, 1).append("}");
}

// Whoever wants thinking wants to see it, and gets back what its maker needs to see again.
void AppendReasoning(const ReasoningWish& wish, Engines engines, WrittenRequest* written) {
  std::string* const json = &written->body;
  if (wish.kind == ReasoningWish::Kind::kUnset) {
    if (!wish.effort.empty()) AddDropped("output_config.effort", &written->dropped);
    return;
  }
  if (!wish.budget.empty()) AddDropped("thinking.budget_tokens", &written->dropped);
  if (wish.kind == ReasoningWish::Kind::kOff)
    return AppendMember("reasoning", R"({"effort":"none"})", json);
  json->append(R"(,"reasoning":{)");
  if (!wish.effort.empty()) {
    json->append(R"("effort":)");
    AppendQuoted(wish.effort, json);
    json->append(",");
  }
  json->append((engines & engine::kUnknown) != 0 ? R"("summary":"auto"})" : R"("summary":null})");
}

void AppendInclude(const NeutralRequest& request, Engines engines, std::string* json) {
  std::string wishes;
  if (SettingOf(request.settings, Setting::kLogprobs) == "true")
    wishes.append(R"(,"message.output_text.logprobs")");
  if (request.reasoning.kind == ReasoningWish::Kind::kOn && (engines & engine::kUnknown) != 0)
    wishes.append(R"(,"reasoning.encrypted_content")");
  if (!wishes.empty()) json->append(R"(,"include":[)").append(wishes, 1).append("]");
}

void AppendStop(const NeutralRequest& request, Engines engines, WrittenRequest* written) {
  if (request.stop.empty()) return;
  if ((engines & kKnowStop) == 0) return AddDropped("stop", &written->dropped);
  openai::AppendStop(request.stop, &written->body);
}

// What it says elsewhere than in a member of their name, or need not say.
bool IsSaidElsewhere(const SettingValue& value) {
  return value.setting == Setting::kVerbosity || value.setting == Setting::kLogprobs ||
         value.setting == Setting::kTruncate ||
         (value.setting == Setting::kChoices && value.value == "1");
}

}  // namespace

WrittenRequest WriteResponsesRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  written.refused = MissingTool(request);
  if (request.messages.empty() && !request.prompt.empty())
    written.refused = "A bare prompt cannot be translated into a conversation.";
  if (written.refused) return written;
  std::string* const json = &written.body;
  BeginRequest(worker.model, json);
  if (request.stream) AppendMember("stream", "true", json);
  // What passes through a translation is not to be found at the worker later.
  AppendMember("store", "false", json);
  AppendInput(request, worker, &written);
  AppendTools(request.tools, json);
  AppendToolChoice(request.tool_choice, json);
  AppendText(request, json);
  AppendReasoning(request.reasoning, worker.engines, &written);
  AppendInclude(request, worker.engines, json);
  AppendStop(request, worker.engines, &written);
  if (SettingOf(request.settings, Setting::kTruncate) == "true")
    AppendMember("truncation", R"("auto")", json);
  SettingValues settings = request.settings;
  std::erase_if(settings, IsSaidElsewhere);
  AppendSettings(settings, kResponsesSettings, worker.engines, json, &written.dropped);
  json->append("}");
  return written;
}

}  // namespace banto::api::openai
