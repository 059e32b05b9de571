// A client's request to chat completions.
#include <optional>

#include "proxy/api/json_each.h"
#include "proxy/api/openai/chat.h"
#include "proxy/api/openai/request_text.h"
#include "proxy/api/openai/setting_names.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

using json::JsonCursor;

void ReadSchema(RawJson raw, NeutralRequest* request) {
  AnswerFormat* const format = &request->format;
  const bool read = EachMember(raw, [&](std::string_view key, RawJson value) {
    const std::optional<JsonText> text = TextOf(value);
    if (key == "name" && text) {
      format->name = *text;
    } else if (key == "description" && text) {
      format->description = *text;
    } else if (key == "schema" && value.starts_with('{')) {
      format->schema = value;
    } else if (key == "strict" && (value == "true" || value == "false")) {
      format->strict = value;
    } else {
      AddDropped("response_format.json_schema." + std::string(key), &request->dropped);
    }
  });
  if (!read) AddDropped("response_format.json_schema", &request->dropped);
}

// llama.cpp's clients put a `schema` beside type "json_object".
void ReadFormat(RawJson raw, NeutralRequest* request) {
  using Kind = AnswerFormat::Kind;
  AnswerFormat* const format = &request->format;
  JsonCursor json(raw);
  std::string_view key;
  JsonText type;
  if (!json.EnterObject()) return AddDropped("response_format", &request->dropped);
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "type") type = TextIn(value);
    if (key == "json_schema") ReadSchema(value, request);
    if (key == "schema" && value.starts_with('{')) format->schema = value;
  }
  if (type == "text") {
    format->kind = Kind::kText;
  } else if (type == "json_schema" || (type == "json_object" && !format->schema.empty())) {
    format->kind = Kind::kJsonSchema;
  } else if (type == "json_object") {
    format->kind = Kind::kJsonObject;
  } else {
    AddDropped("response_format", &request->dropped);
  }
}

void ReadEffort(RawJson raw, NeutralRequest* request) {
  const JsonText effort = TextIn(raw);
  if (effort.empty()) return AddDropped("reasoning_effort", &request->dropped);
  request->reasoning.effort = effort;
  request->reasoning.kind = effort == "none" ? ReasoningWish::Kind::kOff : ReasoningWish::Kind::kOn;
}

// Words for a template; one of them is known beyond templates.
void ReadTemplateWords(RawJson raw, NeutralRequest* request) {
  JsonCursor json(raw);
  std::string_view key;
  if (!json.EnterObject()) return AddDropped("chat_template_kwargs", &request->dropped);
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key != "enable_thinking" || (value != "true" && value != "false")) {
      AddDropped("chat_template_kwargs." + std::string(key), &request->dropped);
    } else if (request->reasoning.kind != ReasoningWish::Kind::kOff) {
      request->reasoning.kind =
          value == "true" ? ReasoningWish::Kind::kOn : ReasoningWish::Kind::kOff;
    }
  }
}

// False: not one of those that have a neutral form of their own.
bool Take(std::string_view key, RawJson value, ToolMembers* tools, NeutralRequest* request) {
  if (key == "messages") {
    ReadChatMessages(value, request);
  } else if (key == "tools") {
    tools->tools = value;
  } else if (key == "tool_choice") {
    tools->tool_choice = value;
  } else if (key == "functions") {
    tools->functions = value;
  } else if (key == "function_call") {
    tools->function_call = value;
  } else if (key == "response_format") {
    ReadFormat(value, request);
  } else if (key == "reasoning_effort") {
    ReadEffort(value, request);
  } else if (key == "chat_template_kwargs") {
    ReadTemplateWords(value, request);
  } else {
    return false;
  }
  return true;
}

}  // namespace

CannotCarry ReadChatRequest(std::string_view body, NeutralRequest* request) {
  JsonCursor json(body);
  std::string_view key;
  ToolMembers tools;
  if (!json.EnterObject()) return kNoObject;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (value == "null" || Take(key, value, &tools, request) || TakeCommon(key, value, request) ||
        TakeSetting(kChatSettings, key, value, &request->settings)) {
      continue;
    }
    // What every chat without sound asks for.
    if (key == "modalities" && value == R"(["text"])") continue;
    // {} may be a wish: web_search_options.
    if (value != "false") AddDropped(std::string(key), &request->dropped);
  }
  if (!json.Finish()) return kTooDeep;
  return ReadChatTools(tools, request);
}

}  // namespace banto::api::openai
