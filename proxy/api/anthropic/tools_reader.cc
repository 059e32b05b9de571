#include <algorithm>
#include <string>
#include <vector>

#include "proxy/api/anthropic/message_request.h"
#include "proxy/api/json_each.h"

namespace banto::api::anthropic {
namespace {

// Hints: how a tool's definition is cached, and in what pieces its arguments come.
bool IsHint(std::string_view key) {
  return key == "cache_control" || key == "eager_input_streaming";
}

// A tool as it is written, whether it is one of ours or not.
struct Definition {
  Tool tool;
  JsonText type = "custom";
  std::vector<std::string_view> others;
};

Definition TakeApart(RawJson raw) {
  Definition its;
  EachMember(raw, [&](std::string_view key, RawJson value) {
    const auto text = TextOf(value);
    if (key == "type" && text) {
      its.type = *text;
    } else if (key == "name" && text) {
      its.tool.name = *text;
    } else if (key == "description" && text) {
      its.tool.description = *text;
    } else if (key == "input_schema" && value.starts_with('{')) {
      its.tool.parameters = value;
    } else if (key == "strict" && (value == "true" || value == "false")) {
      its.tool.strict = value;
    } else if (!IsHint(key) && json::HasSubstance(value)) {
      its.others.push_back(key);
    }
  });
  return its;
}

// Returns the names of the tools that the API itself runs or whose form it knows, which are
// dropped.
std::vector<JsonText> ReadDefinitions(RawJson tools, NeutralRequest* request) {
  std::vector<JsonText> gone;
  if (tools.empty()) return gone;
  const bool read = EachElement(tools, [&](RawJson raw) {
    const Definition its = TakeApart(raw);
    if (its.type != "custom" || its.tool.name.empty()) {
      gone.push_back(its.tool.name);
      AddDropped("tools[" + Plain(its.type) + "]", &request->dropped);
      return;
    }
    for (const std::string_view key : its.others)
      AddDropped("tools[]." + std::string(key), &request->dropped);
    request->tools.push_back(its.tool);
  });
  if (!read) AddDropped("tools", &request->dropped);
  return gone;
}

bool HasTool(const NeutralRequest& request, JsonText name) {
  return std::any_of(request.tools.begin(), request.tools.end(),
                     [name](const Tool& tool) { return tool.name == name; });
}

CannotCarry Refuse(const std::string& what) {
  return "tool_choice demands " + what + ", which cannot be translated for the model's worker.";
}

}  // namespace

CannotCarry ReadTools(RawJson tools, RawJson choice, NeutralRequest* request) {
  const std::vector<JsonText> gone = ReadDefinitions(tools, request);
  JsonText type, name;
  EachMember(choice, [&](std::string_view key, RawJson value) {
    if (key == "type") type = TextOf(value).value_or(JsonText());
    if (key == "name") name = TextOf(value).value_or(JsonText());
    if (key != "disable_parallel_tool_use") return;
    if (value == "true") {
      request->settings.push_back(
          {Setting::kParallelToolCalls, "tool_choice.disable_parallel_tool_use", "false"});
    } else if (value != "false") {
      AddDropped("tool_choice.disable_parallel_tool_use", &request->dropped);
    }
  });
  ToolChoice& its = request->tool_choice;
  if (type == "auto") {
    its.kind = ToolChoice::Kind::kAuto;
  } else if (type == "none") {
    its.kind = ToolChoice::Kind::kNone;
  } else if (type == "any") {
    if (request->tools.empty() && !gone.empty()) return Refuse("one of the tools");
    its.kind = ToolChoice::Kind::kRequired;
  } else if (type == "tool" && !name.empty()) {
    const bool is_gone = std::find(gone.begin(), gone.end(), name) != gone.end();
    if (is_gone && !HasTool(*request, name)) return Refuse("the tool " + Plain(name));
    its.kind = ToolChoice::Kind::kNamed;
    its.name = name;
  } else if (!choice.empty()) {
    AddDropped("tool_choice", &request->dropped);
  }
  return std::nullopt;
}

}  // namespace banto::api::anthropic
