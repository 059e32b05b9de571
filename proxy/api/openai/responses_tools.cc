// Tools of the Responses API. A function is a tool everywhere; the others run at its server, or are
// no JSON functions.
#include <algorithm>

#include "proxy/api/json_each.h"
#include "proxy/api/openai/named_members.h"
#include "proxy/api/openai/responses_request.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

void NameAsDropped(JsonText kind, RawJson name, NeutralRequest* request) {
  std::string dropped = "tools[" + Plain(kind);
  // Of these there may be several.
  if ((kind == "custom" || kind == "namespace") && TextOf(name))
    dropped.append(":").append(Plain(*TextOf(name)));
  AddDropped(dropped + "]", &request->dropped);
}

void ReadTool(RawJson raw, NeutralRequest* request) {
  Tool tool;
  RawJson type, name;
  std::vector<std::string_view> others;
  EachMember(raw, [&](std::string_view key, RawJson value) {
    if (key == "type") {
      type = value;
    } else if (key == "name") {
      name = value;
    } else if (key == "description" && TextOf(value)) {
      tool.description = *TextOf(value);
    } else if (key == "parameters" && value.starts_with('{')) {
      tool.parameters = value;
    } else if (key == "strict" && (value == "true" || value == "false")) {
      tool.strict = value;
    } else if (json::HasSubstance(value)) {
      others.push_back(key);
    }
  });
  if (!Says(type, "function") || !TextOf(name)) return NameAsDropped(TextIn(type), name, request);
  tool.name = *TextOf(name);
  request->tools.push_back(tool);
  for (const std::string_view key : others)
    AddDropped("tools[]." + std::string(key), &request->dropped);
}

// Only the tools it lists may be called: the others are left out.
void AllowTools(RawJson list, RawJson mode, NeutralRequest* request) {
  std::vector<JsonText> allowed;
  json::JsonCursor json(list);
  for (bool entered = json.EnterArray(); entered && json.NextElement();) {
    RawJson type, name;
    ReadMembers(json.Skip(), {{"type", &type}, {"name", &name}});
    if (Says(type, "function")) allowed.push_back(TextIn(name));
  }
  std::erase_if(request->tools, [&](const Tool& tool) {
    return std::find(allowed.begin(), allowed.end(), tool.name) == allowed.end();
  });
  if (Says(mode, "required")) {
    request->tool_choice.kind = ToolChoice::Kind::kRequired;
  } else if (!request->tools.empty()) {
    request->tool_choice.kind = ToolChoice::Kind::kAuto;
  }
}

void ReadMode(JsonText mode, NeutralRequest* request) {
  ToolChoice& choice = request->tool_choice;
  if (mode == "auto") {
    choice.kind = ToolChoice::Kind::kAuto;
  } else if (mode == "none") {
    choice.kind = ToolChoice::Kind::kNone;
  } else if (mode == "required") {
    choice.kind = ToolChoice::Kind::kRequired;
  } else {
    AddDropped("tool_choice", &request->dropped);
  }
}

}  // namespace

void ReadTools(RawJson tools, NeutralRequest* request) {
  json::JsonCursor json(tools);
  if (!json.EnterArray()) return AddDropped("tools", &request->dropped);
  while (json.NextElement()) ReadTool(json.Skip(), request);
}

CannotCarry ReadToolChoice(RawJson choice, NeutralRequest* request) {
  RawJson type, name, tools, mode;
  ReadMembers(choice, {{"type", &type}, {"name", &name}, {"tools", &tools}, {"mode", &mode}});
  const JsonText kind = TextIn(type);
  if (kind.empty()) {
    ReadMode(TextIn(choice), request);
  } else if (kind == "allowed_tools") {
    AllowTools(tools, mode, request);
  } else if (kind == "function") {
    request->tool_choice.kind = ToolChoice::Kind::kNamed;
    request->tool_choice.name = TextIn(name);
  } else {
    return "`tool_choice` demands `" + Plain(kind) +
           "`, which cannot be carried to the worker of this model: it takes functions only.";
  }
  return std::nullopt;
}

}  // namespace banto::api::openai
