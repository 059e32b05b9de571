// Tools and what is to be done with them, read from chat completions.
#include <algorithm>
#include <optional>
#include <vector>

#include "proxy/api/json_each.h"
#include "proxy/api/openai/chat.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

using json::JsonCursor;
using Kind = ToolChoice::Kind;

RawJson MemberOf(RawJson object, std::string_view wanted) {
  JsonCursor json(object);
  std::string_view key;
  RawJson found;
  if (!json.EnterObject()) return {};
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == wanted) found = value;
  }
  return found;
}

// False: it is no function that has a name.
bool ReadFunction(RawJson function, NeutralRequest* request) {
  Tool tool;
  std::vector<std::string_view> others;
  EachMember(function, [&](std::string_view key, RawJson value) {
    const std::optional<JsonText> text = TextOf(value);
    if (key == "name" && text) {
      tool.name = *text;
    } else if (key == "description" && text) {
      tool.description = *text;
    } else if (key == "parameters" && value.starts_with('{')) {
      tool.parameters = value;
    } else if (key == "strict" && (value == "true" || value == "false")) {
      tool.strict = value;
    } else if (json::HasSubstance(value)) {
      others.push_back(key);
    }
  });
  if (tool.name.empty()) return false;
  request->tools.push_back(tool);
  for (const std::string_view key : others)
    AddDropped("tools[]." + std::string(key), &request->dropped);
  return true;
}

bool ReadTool(RawJson raw, JsonText* type, NeutralRequest* request) {
  RawJson function;
  std::vector<std::string_view> others;
  EachMember(raw, [&](std::string_view key, RawJson value) {
    if (key == "type") {
      *type = TextIn(value);
    } else if (key == "function") {
      function = value;
    } else if (json::HasSubstance(value)) {
      others.push_back(key);
    }
  });
  if ((!type->empty() && *type != "function") || !ReadFunction(function, request)) return false;
  for (const std::string_view key : others)
    AddDropped("tools[]." + std::string(key), &request->dropped);
  return true;
}

// How many were dropped.
size_t ReadTools(RawJson tools, NeutralRequest* request) {
  JsonCursor json(tools);
  size_t dropped = 0;
  if (!json.EnterArray()) {
    if (!json::HasSubstance(tools)) return 0;
    AddDropped("tools", &request->dropped);
    return 1;
  }
  while (json.NextElement()) {
    JsonText type;
    if (ReadTool(json.Skip(), &type, request)) continue;
    ++dropped;
    AddDropped("tools[" + std::string(type) + "]", &request->dropped);
  }
  return dropped;
}

size_t ReadFunctions(RawJson functions, NeutralRequest* request) {
  JsonCursor json(functions);
  size_t dropped = 0;
  if (!json.EnterArray()) {
    if (json::HasSubstance(functions)) AddDropped("functions", &request->dropped);
    return 0;
  }
  while (json.NextElement()) {
    if (ReadFunction(json.Skip(), request)) continue;
    ++dropped;
    AddDropped("functions[]", &request->dropped);
  }
  return dropped;
}

// False: nothing that is known.
bool ReadMode(RawJson value, ToolChoice* choice) {
  const JsonText mode = TextIn(value);
  if (mode == "auto") {
    choice->kind = Kind::kAuto;
  } else if (mode == "none") {
    choice->kind = Kind::kNone;
  } else if (mode == "required" || mode == "any") {  // "any": Mistral
    choice->kind = Kind::kRequired;
  } else {
    return false;
  }
  return true;
}

// {"type": "allowed_tools", "allowed_tools": {"mode": …, "tools": […]}}: the others are as good as
// not there.
void ReadAllowed(RawJson allowed, NeutralRequest* request) {
  std::vector<JsonText> names;
  JsonCursor json(MemberOf(allowed, "tools"));
  if (json.EnterArray()) {
    while (json.NextElement())
      names.push_back(TextIn(MemberOf(MemberOf(json.Skip(), "function"), "name")));
  }
  std::erase_if(request->tools, [&](const Tool& tool) {
    return std::find(names.begin(), names.end(), tool.name) == names.end();
  });
  ReadMode(MemberOf(allowed, "mode"), &request->tool_choice);
}

void ReadChoice(RawJson value, NeutralRequest* request) {
  ToolChoice* const choice = &request->tool_choice;
  if (value.empty() || value == "null" || ReadMode(value, choice)) return;
  const JsonText type = TextIn(MemberOf(value, "type"));
  if (type == "allowed_tools") return ReadAllowed(MemberOf(value, "allowed_tools"), request);
  JsonText name = TextIn(MemberOf(MemberOf(value, "function"), "name"));
  if (name.empty() && type == "custom") name = TextIn(MemberOf(MemberOf(value, "custom"), "name"));
  if (name.empty()) name = TextIn(MemberOf(value, "name"));  // function_call
  if (name.empty()) return AddDropped("tool_choice", &request->dropped);
  choice->kind = Kind::kNamed;
  choice->name = name;
}

}  // namespace

CannotCarry ReadChatTools(const ToolMembers& members, NeutralRequest* request) {
  const size_t dropped =
      ReadTools(members.tools, request) + ReadFunctions(members.functions, request);
  ReadChoice(members.function_call, request);
  ReadChoice(members.tool_choice, request);
  if (dropped == 0) return std::nullopt;
  const ToolChoice& choice = request->tool_choice;
  const bool named = std::any_of(request->tools.begin(), request->tools.end(),
                                 [&](const Tool& tool) { return tool.name == choice.name; });
  if ((choice.kind == Kind::kRequired && request->tools.empty()) ||
      (choice.kind == Kind::kNamed && !named)) {
    return "tool_choice demands a tool of a kind that this model's worker cannot have.";
  }
  return std::nullopt;
}

}  // namespace banto::api::openai
