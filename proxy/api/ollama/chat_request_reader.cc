#include <algorithm>
#include <optional>
#include <utility>

#include "proxy/api/ollama/chat_request.h"
#include "proxy/api/ollama/request_members.h"
#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::ollama {
namespace {

using json::JsonCursor;

// The members of a message, as they were sent; empty: absent or null.
struct RawMessage {
  RawJson role, content, thinking, images, tool_calls, tool_name, tool_call_id;
};

class ConversationReader {
 public:
  explicit ConversationReader(NeutralRequest* request) : request_(request) {}

  void Read(RawJson raw) {
    const RawMessage message = Members(raw);
    Message& read = request_->messages.emplace_back();
    read.role = RoleOf(message.role);
    if (read.role != Role::kAssistant) {
      if (!message.thinking.empty()) Drop("messages[].thinking");
      if (json::HasSubstance(message.tool_calls)) Drop("messages[].tool_calls");
    }
    if (read.role == Role::kTool) return ReadResult(message, &read);
    if (!message.tool_name.empty()) Drop("messages[].name");
    if (read.role == Role::kAssistant) {
      open_calls_.clear();
      AddText(Part::Kind::kReasoning, message.thinking, "messages[].thinking", &read.parts);
    }
    // Ollama's templates put the images before the text.
    ReadImages(message.images, "messages[].images", request_, &read.parts);
    AddText(Part::Kind::kText, message.content, "messages[].content", &read.parts);
    if (read.role == Role::kAssistant) ReadCalls(message.tool_calls, &read.parts);
  }

 private:
  struct OpenCall {
    JsonText id, name;
  };

  RawMessage Members(RawJson raw);
  Role RoleOf(RawJson role);
  void AddText(Part::Kind kind, RawJson value, const char* where, std::vector<Part>* parts);
  void ReadCalls(RawJson calls, std::vector<Part>* parts);
  void ReadCall(RawJson call, std::vector<Part>* parts);
  void ReadResult(const RawMessage& message, Message* read);
  OpenCall TakeCall(JsonText id, JsonText name);
  JsonText NewId() { return request_->store.Keep("call_" + std::to_string(ids_++)); }
  void Drop(const char* name) { AddDropped(name, &request_->dropped); }

  NeutralRequest* request_;
  std::vector<OpenCall> open_calls_;  // of the last assistant message, without a result yet
  int ids_ = 0;
};

RawMessage ConversationReader::Members(RawJson raw) {
  RawMessage message;
  const std::pair<std::string_view, RawJson*> kMembers[] = {
      {"role", &message.role},
      {"content", &message.content},
      {"thinking", &message.thinking},
      {"images", &message.images},
      {"tool_calls", &message.tool_calls},
      {"tool_name", &message.tool_name},
      {"tool_call_id", &message.tool_call_id},
      {"name", &message.tool_name},  // as OpenAI's clients call it, of a tool's message
  };
  JsonCursor json(raw);
  std::string_view name;
  if (!json.EnterObject()) {
    Drop("messages[]");
    return message;
  }
  while (json.NextMember(&name)) {
    const RawJson value = json.Skip();
    if (value == "null") continue;
    const auto* const known = std::find_if(std::begin(kMembers), std::end(kMembers),
                                           [name](const auto& its) { return its.first == name; });
    if (known != std::end(kMembers)) {
      *known->second = value;
    } else if (json::HasSubstance(value)) {
      AddDropped("messages[]." + std::string(name), &request_->dropped);
    }
  }
  return message;
}

// Ollama lowers it (api/types.go).
Role ConversationReader::RoleOf(RawJson role) {
  const std::string name = base::Lowered(json::Unquoted(role));
  if (name == "system") return Role::kSystem;
  if (name == "developer") return Role::kDeveloper;
  if (name == "assistant") return Role::kAssistant;
  if (name == "tool") return Role::kTool;
  if (name != "user") Drop("messages[].role");
  return Role::kUser;
}

void ConversationReader::AddText(Part::Kind kind, RawJson value, const char* where,
                                 std::vector<Part>* parts) {
  if (value.empty()) return;
  const std::optional<JsonText> text = TextOf(value);
  if (!text) return Drop(where);
  if (text->empty()) return;
  Part& part = parts->emplace_back();
  part.kind = kind;
  part.text = *text;
}

void ConversationReader::ReadCalls(RawJson calls, std::vector<Part>* parts) {
  if (calls.empty()) return;
  JsonCursor json(calls);
  if (!json.EnterArray()) return Drop("messages[].tool_calls");
  while (json.NextElement()) ReadCall(json.Skip(), parts);
}

void ConversationReader::ReadCall(RawJson call, std::vector<Part>* parts) {
  RawJson id, function, name, arguments;
  std::string_view key;
  JsonCursor json(call);
  if (json.EnterObject()) {
    while (json.NextMember(&key)) {
      const RawJson value = json.Skip();
      if (key == "id") id = value;
      if (key == "function") function = value;
    }
  }
  JsonCursor inner(function);
  if (inner.EnterObject()) {
    while (inner.NextMember(&key)) {
      const RawJson value = inner.Skip();
      if (key == "name") name = value;
      if (key == "arguments") arguments = value;
    }
  }
  if (!TextOf(name)) return Drop("messages[].tool_calls");
  Part& part = parts->emplace_back();
  part.kind = Part::Kind::kToolCall;
  part.name = *TextOf(name);
  part.id = TextOf(id).value_or(JsonText());
  if (part.id.empty()) part.id = NewId();
  // An object here; some clients write OpenAI's string.
  if (arguments.starts_with('{')) {
    part.arguments = request_->store.KeepEscaped(arguments);
  } else {
    part.arguments = TextOf(arguments).value_or("{}");
  }
  open_calls_.push_back({part.id, part.name});
}

// The call that a result answers: by its id, else by the tool's name, else the first in order.
ConversationReader::OpenCall ConversationReader::TakeCall(JsonText id, JsonText name) {
  auto call = std::find_if(open_calls_.begin(), open_calls_.end(), [&](const OpenCall& open) {
    return id.empty() ? name.empty() || open.name == name : open.id == id;
  });
  if (call == open_calls_.end() && id.empty()) call = open_calls_.begin();
  if (call == open_calls_.end()) return {id.empty() ? NewId() : id, name};
  const OpenCall taken = *call;
  open_calls_.erase(call);
  return taken;
}

void ConversationReader::ReadResult(const RawMessage& message, Message* read) {
  Part& result = read->parts.emplace_back();
  result.kind = Part::Kind::kToolResult;
  const OpenCall call = TakeCall(TextOf(message.tool_call_id).value_or(JsonText()),
                                 TextOf(message.tool_name).value_or(JsonText()));
  result.id = call.id;
  result.name = call.name;
  AddText(Part::Kind::kText, message.content, "messages[].content", &result.parts);
  ReadImages(message.images, "messages[].images", request_, &result.parts);
}

void ReadTool(RawJson raw, NeutralRequest* request) {
  RawJson type, function;
  std::string_view key;
  JsonCursor json(raw);
  if (json.EnterObject()) {
    while (json.NextMember(&key)) {
      const RawJson value = json.Skip();
      if (key == "type") type = value;
      if (key == "function") function = value;
    }
  }
  Tool tool;
  JsonCursor inner(function);
  if (inner.EnterObject()) {
    while (inner.NextMember(&key)) {
      const RawJson value = inner.Skip();
      if (key == "name") tool.name = TextOf(value).value_or(JsonText());
      if (key == "description") tool.description = TextOf(value).value_or(JsonText());
      if (key == "parameters" && value.starts_with('{')) tool.parameters = value;
    }
  }
  if (!tool.name.empty()) {
    request->tools.push_back(tool);
  } else {
    AddDropped("tools[" + std::string(TextOf(type).value_or(JsonText())) + "]", &request->dropped);
  }
}

}  // namespace

CannotCarry ReadChatRequest(std::string_view body, NeutralRequest* request) {
  request->stream = true;
  request->include_usage = true;  // its last line tells it
  ConversationReader messages(request);
  JsonCursor json(body);
  std::string_view name;
  if (!json.EnterObject()) return std::nullopt;
  while (json.NextMember(&name)) {
    const RawJson value = json.Skip();
    JsonCursor list(value);
    if (name == "messages" && list.EnterArray()) {
      while (list.NextElement()) messages.Read(list.Skip());
    } else if (name == "tools" && list.EnterArray()) {
      while (list.NextElement()) ReadTool(list.Skip(), request);
    } else {
      ReadMember(name, value, request);
    }
  }
  return json.Finish() ? CannotCarry() : CannotCarry(kTooDeep);
}

}  // namespace banto::api::ollama
