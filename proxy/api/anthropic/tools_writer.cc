#include <string>

#include "proxy/api/anthropic/message_request.h"

namespace banto::api::anthropic {
namespace {

void AppendTool(const Tool& tool, std::string* json) {
  json->append(R"({"name":)");
  AppendQuoted(tool.name, json);
  if (!tool.description.empty()) {
    json->append(R"(,"description":)");
    AppendQuoted(tool.description, json);
  }
  // The API demands one.
  json->append(R"(,"input_schema":)");
  json->append(tool.parameters.starts_with('{') ? tool.parameters
                                                : R"({"type":"object","properties":{}})");
  if (tool.strict == "true") json->append(R"(,"strict":true)");
  json->append("}");
}

std::string_view TypeOf(ToolChoice::Kind kind) {
  switch (kind) {
    case ToolChoice::Kind::kNone:
      return "none";
    case ToolChoice::Kind::kRequired:
      return "any";
    case ToolChoice::Kind::kNamed:
      return "tool";
    default:
      return "auto";
  }
}

void AppendChoice(const NeutralRequest& request, std::string* json) {
  using Kind = ToolChoice::Kind;
  const ToolChoice& choice = request.tool_choice;
  const bool one_call = SettingOf(request.settings, Setting::kParallelToolCalls) == "false" &&
                        choice.kind != Kind::kNone;
  if (choice.kind == Kind::kUnset && !one_call) return;
  json->append(R"(,"tool_choice":{"type":")").append(TypeOf(choice.kind)).append("\"");
  if (choice.kind == Kind::kNamed) {
    json->append(R"(,"name":)");
    AppendQuoted(choice.name, json);
  }
  json->append(one_call ? R"(,"disable_parallel_tool_use":true})" : "}");
}

}  // namespace

void AppendTools(const NeutralRequest& request, std::string* json) {
  if (request.tools.empty()) return;  // a choice among none is refused
  json->append(R"(,"tools":)");
  char before = '[';
  for (const Tool& tool : request.tools) {
    json->push_back(before);
    AppendTool(tool, json);
    before = ',';
  }
  json->append("]");
  AppendChoice(request, json);
}

}  // namespace banto::api::anthropic
