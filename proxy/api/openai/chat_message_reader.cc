// Messages of a conversation, read from chat completions.
#include <algorithm>
#include <optional>
#include <utility>

#include "proxy/api/openai/chat.h"
#include "proxy/api/openai/data_url.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

using json::JsonCursor;

class ChatMessageReader {
 public:
  explicit ChatMessageReader(NeutralRequest* request) : request_(request) {}
  // One element of `messages`.
  void Read(RawJson raw);

 private:
  struct Members {
    RawJson content, refusal, tool_calls, function_call, reasoning_content, reasoning;
    JsonText role, name, tool_call_id;
  };
  void Drop(std::string name) { AddDropped(std::move(name), &request_->dropped); }
  void Keep(std::string_view key, RawJson value, Members* members);
  void ReadAssistant(const Members& members, Message* message);
  void ReadResult(const Members& members, Message* message);
  void ReadContent(RawJson content, std::vector<Part>* parts);
  void ReadPart(RawJson raw, std::vector<Part>* parts);
  void ReadImage(RawJson image, std::vector<Part>* parts);
  void ReadCalls(RawJson calls, Message* message);
  void ReadFunction(RawJson function, Part* call);

  NeutralRequest* const request_;
  JsonText last_function_id_;  // of the function_call that a "function" message answers
};

void AddText(Part::Kind kind, JsonText text, std::vector<Part>* parts) {
  if (text.empty()) return;
  Part& part = parts->emplace_back();
  part.kind = kind;
  part.text = text;
}

std::optional<Role> RoleOf(JsonText role) {
  if (role == "system") return Role::kSystem;
  if (role == "developer") return Role::kDeveloper;
  if (role == "user") return Role::kUser;
  if (role == "assistant") return Role::kAssistant;
  if (role == "tool" || role == "function") return Role::kTool;
  return std::nullopt;
}

// Members of another type are no members.
void ChatMessageReader::Keep(std::string_view key, RawJson value, Members* members) {
  const std::pair<std::string_view, JsonText*> kTexts[] = {
      {"role", &members->role}, {"name", &members->name}, {"tool_call_id", &members->tool_call_id}};
  const std::pair<std::string_view, RawJson*> kValues[] = {
      {"content", &members->content},
      {"tool_calls", &members->tool_calls},
      {"function_call", &members->function_call},
      {"refusal", &members->refusal},
      {"reasoning_content", &members->reasoning_content},
      {"reasoning", &members->reasoning}};
  const std::optional<JsonText> text = TextOf(value);
  for (const auto& [name, member] : kTexts) {
    if (name == key && text) {
      *member = *text;
      return;
    }
  }
  for (const auto& [name, member] : kValues) {
    const bool is_call = name == "function_call" && value.starts_with('{');
    const bool is_list = name == "content" || name == "tool_calls";
    if (name == key && (text || is_call || is_list)) {
      *member = value;
      return;
    }
  }
  if (json::HasSubstance(value)) Drop("messages[]." + std::string(key));
}

void ChatMessageReader::Read(RawJson raw) {
  JsonCursor json(raw);
  std::string_view key;
  Members members;
  if (!json.EnterObject()) return Drop("messages[]");
  while (json.NextMember(&key)) {
    if (const RawJson value = json.Skip(); value != "null") Keep(key, value, &members);
  }
  const std::optional<Role> role = RoleOf(members.role);
  if (!role) return Drop("messages[].role");
  Message& message = request_->messages.emplace_back();
  message.role = *role;
  if (*role == Role::kTool) return ReadResult(members, &message);
  message.name = members.name;
  if (*role == Role::kAssistant) return ReadAssistant(members, &message);
  ReadContent(members.content, &message.parts);
}

void ChatMessageReader::ReadAssistant(const Members& members, Message* message) {
  JsonText reasoning = TextIn(members.reasoning_content);
  if (reasoning.empty()) reasoning = TextIn(members.reasoning);
  AddText(Part::Kind::kReasoning, reasoning, &message->parts);
  ReadContent(members.content, &message->parts);
  AddText(Part::Kind::kRefusal, TextIn(members.refusal), &message->parts);
  if (!members.tool_calls.empty()) ReadCalls(members.tool_calls, message);
  if (members.function_call.starts_with('{')) {
    Part& call = message->parts.emplace_back();
    call.kind = Part::Kind::kToolCall;
    call.id = request_->store.Keep("call_" + std::to_string(request_->messages.size()));
    last_function_id_ = call.id;
    ReadFunction(members.function_call, &call);
  }
}

void ChatMessageReader::ReadResult(const Members& members, Message* message) {
  Part& result = message->parts.emplace_back();
  result.kind = Part::Kind::kToolResult;
  result.id = members.role == "function" ? last_function_id_ : members.tool_call_id;
  result.name = members.name;
  ReadContent(members.content, &result.parts);
}

void ChatMessageReader::ReadContent(RawJson content, std::vector<Part>* parts) {
  if (const std::optional<JsonText> text = TextOf(content)) {
    return AddText(Part::Kind::kText, *text, parts);
  }
  JsonCursor json(content);
  if (!json.EnterArray()) {
    if (json::HasSubstance(content)) Drop("messages[].content");
    return;
  }
  while (json.NextElement()) ReadPart(json.Skip(), parts);
}

// `prompt_cache_breakpoint` is a hint; what belongs to parts of other kinds goes with them.
bool IsOfPart(std::string_view key) {
  constexpr std::string_view kNames[] = {
      "type", "text", "refusal", "image_url", "input_audio", "file", "prompt_cache_breakpoint"};
  return std::find(std::begin(kNames), std::end(kNames), key) != std::end(kNames);
}

void ChatMessageReader::ReadPart(RawJson raw, std::vector<Part>* parts) {
  JsonCursor json(raw);
  std::string_view key;
  RawJson type, text, refusal, image;
  if (!json.EnterObject()) return Drop("messages[].content");
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "type") type = value;
    if (key == "text") text = value;
    if (key == "refusal") refusal = value;
    if (key == "image_url") image = value;
    if (!IsOfPart(key) && json::HasSubstance(value))
      Drop("messages[].content[]." + std::string(key));
  }
  const JsonText kind = TextIn(type);
  if (kind == "text" && TextOf(text)) return AddText(Part::Kind::kText, TextIn(text), parts);
  if (kind == "refusal") return AddText(Part::Kind::kRefusal, TextIn(refusal), parts);
  if (kind == "image_url" && !image.empty()) return ReadImage(image, parts);
  Drop("messages[].content[" + std::string(kind) + "]");
}

void ChatMessageReader::ReadImage(RawJson image, std::vector<Part>* parts) {
  RawJson url = image;  // some clients write it without the object
  Part part;
  part.kind = Part::Kind::kImage;
  JsonCursor json(image);
  std::string_view key;
  if (json.EnterObject()) {
    url = {};
    while (json.NextMember(&key)) {
      const RawJson value = json.Skip();
      if (key == "url") url = value;
      if (key == "detail") part.detail = TextIn(value);
    }
  }
  const JsonText text = TextIn(url);
  if (text.empty()) return Drop("messages[].content[image_url]");
  ReadImageUrl(text, &request_->store, &part);
  parts->push_back(part);
}

void ChatMessageReader::ReadCalls(RawJson calls, Message* message) {
  JsonCursor json(calls);
  if (!json.EnterArray()) {
    if (json::HasSubstance(calls)) Drop("messages[].tool_calls");
    return;
  }
  while (json.NextElement()) {
    const RawJson raw = json.Skip();
    JsonCursor members(raw);
    std::string_view key;
    RawJson id, function;
    if (members.EnterObject()) {
      while (members.NextMember(&key)) {
        const RawJson value = members.Skip();
        if (key == "id") id = value;
        if (key == "function") function = value;
      }
    }
    if (!function.starts_with('{')) {  // a custom tool's
      Drop("messages[].tool_calls");
      continue;
    }
    Part& call = message->parts.emplace_back();
    call.kind = Part::Kind::kToolCall;
    call.id = TextIn(id);
    ReadFunction(function, &call);
  }
}

void ChatMessageReader::ReadFunction(RawJson function, Part* call) {
  JsonCursor json(function);
  std::string_view key;
  if (!json.EnterObject()) return;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "name") call->name = TextIn(value);
    if (key != "arguments") continue;
    call->arguments = value.starts_with('{') ? request_->store.KeepEscaped(value) : TextIn(value);
  }
}

}  // namespace

void ReadChatMessages(RawJson messages, NeutralRequest* request) {
  JsonCursor json(messages);
  if (!json.EnterArray()) return AddDropped("messages", &request->dropped);
  ChatMessageReader reader(request);
  while (json.NextElement()) reader.Read(json.Skip());
}

}  // namespace banto::api::openai
