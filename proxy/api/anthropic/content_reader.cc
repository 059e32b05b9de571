// Messages and their content blocks.
#include <algorithm>
#include <string>
#include <utility>

#include "proxy/api/anthropic/message_request.h"
#include "proxy/api/json_each.h"

namespace banto::api::anthropic {
namespace {

// The members of a block, of whatever type.
struct Block {
  JsonText type;
  RawJson text, thinking, signature, data, id, name, input, source, tool_use_id, content, is_error;
};

struct MemberName {
  std::string_view key;
  RawJson Block::*member;
};
constexpr MemberName kMembers[] = {
    {"text", &Block::text},
    {"thinking", &Block::thinking},
    {"signature", &Block::signature},
    {"data", &Block::data},
    {"id", &Block::id},
    {"name", &Block::name},
    {"input", &Block::input},
    {"source", &Block::source},
    {"content", &Block::content},
    {"tool_use_id", &Block::tool_use_id},
    {"is_error", &Block::is_error},
};

std::string NameOf(JsonText type) { return "messages[].content[" + Plain(type) + "]"; }

// `cache_control` is a hint, `caller` an echo of the answer.
bool IsHint(std::string_view key) { return key == "cache_control" || key == "caller"; }

Block TakeApart(RawJson raw, NeutralRequest* request) {
  Block block;
  std::vector<std::string_view> others;
  EachMember(raw, [&](std::string_view key, RawJson value) {
    if (key == "type") {
      block.type = TextOf(value).value_or(JsonText());
      return;
    }
    const auto* const known =
        std::find_if(std::begin(kMembers), std::end(kMembers),
                     [key](const MemberName& name) { return name.key == key; });
    if (known != std::end(kMembers)) {
      block.*(known->member) = value;
    } else if (!IsHint(key) && json::HasSubstance(value)) {
      others.push_back(key);
    }
  });
  for (const std::string_view key : others)
    AddDropped(NameOf(block.type) + "." + std::string(key), &request->dropped);
  return block;
}

// Adds the parts of a content, a string or a list of blocks; `what`: by which name it is dropped if
// it is neither.
void ReadContent(RawJson content, std::string_view what, NeutralRequest* request,
                 std::vector<Part>* parts);

bool AddText(RawJson text, std::vector<Part>* parts) {
  const auto value = TextOf(text);
  if (value) parts->emplace_back().text = *value;
  return value.has_value();
}

// A document's words, if it consists of such.
bool ReadDocument(RawJson source, NeutralRequest* request, std::vector<Part>* parts) {
  RawJson type, data, content;
  EachMember(source, [&](std::string_view key, RawJson value) {
    if (key == "type") type = value;
    if (key == "data") data = value;
    if (key == "content") content = value;
  });
  if (type == R"("text")") return AddText(data, parts);
  if (type != R"("content")") return false;
  ReadContent(content, "messages[].content[document].source", request, parts);
  return true;
}

bool ReadImage(RawJson source, std::vector<Part>* parts) {
  JsonText type;
  Part part;
  part.kind = Part::Kind::kImage;
  EachMember(source, [&](std::string_view key, RawJson value) {
    const JsonText text = TextOf(value).value_or(JsonText());
    if (key == "type") type = text;
    if (key == "media_type") part.media_type = text;
    if (key == "data") part.data = text;
    if (key == "url") part.url = text;
  });
  if (type == "base64") part.url = {};
  if (type == "url") part.media_type = part.data = {};
  if ((type != "base64" && type != "url") || (part.data.empty() && part.url.empty())) return false;
  parts->push_back(std::move(part));
  return true;
}

bool ReadReasoning(const Block& block, std::vector<Part>* parts) {
  const auto text = TextOf(block.thinking);
  if (!text) return false;
  Part& part = parts->emplace_back();
  part.kind = Part::Kind::kReasoning;
  part.text = *text;
  part.signature = TextOf(block.signature).value_or(JsonText());
  return true;
}

bool ReadSealed(const Block& block, std::vector<Part>* parts) {
  const auto data = TextOf(block.data);
  if (!data) return false;
  Part& part = parts->emplace_back();
  part.kind = Part::Kind::kSealedReasoning;
  part.data = *data;
  return true;
}

bool ReadCall(const Block& block, NeutralRequest* request, std::vector<Part>* parts) {
  const auto id = TextOf(block.id), name = TextOf(block.name);
  if (!id || !name) return false;
  Part& part = parts->emplace_back();
  part.kind = Part::Kind::kToolCall;
  part.id = *id;
  part.name = *name;
  part.arguments = request->store.KeepEscaped(block.input.starts_with('{') ? block.input : "{}");
  return true;
}

// How the call was named that has this id.
JsonText NameOfCall(JsonText id, const std::vector<Message>& messages) {
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    for (const Part& part : message->parts) {
      if (part.kind == Part::Kind::kToolCall && part.id == id) return part.name;
    }
  }
  return {};
}

bool ReadResult(const Block& block, NeutralRequest* request, std::vector<Part>* parts) {
  const auto id = TextOf(block.tool_use_id);
  if (!id) return false;
  Part part;
  part.kind = Part::Kind::kToolResult;
  part.id = *id;
  part.name = NameOfCall(*id, request->messages);
  part.is_error = block.is_error == "true";
  if (!part.is_error && json::HasSubstance(block.is_error))
    AddDropped("messages[].content[tool_result].is_error", &request->dropped);
  ReadContent(block.content, "messages[].content[tool_result].content", request, &part.parts);
  parts->push_back(std::move(part));
  return true;
}

bool ReadKnown(const Block& block, NeutralRequest* request, std::vector<Part>* parts) {
  if (block.type == "text") return AddText(block.text, parts);
  if (block.type == "image") return ReadImage(block.source, parts);
  if (block.type == "document") return ReadDocument(block.source, request, parts);
  if (block.type == "thinking") return ReadReasoning(block, parts);
  if (block.type == "redacted_thinking") return ReadSealed(block, parts);
  if (block.type == "tool_use") return ReadCall(block, request, parts);
  if (block.type == "tool_result") return ReadResult(block, request, parts);
  return false;
}

void ReadContent(RawJson content, std::string_view what, NeutralRequest* request,
                 std::vector<Part>* parts) {
  if (content.empty() || AddText(content, parts)) return;
  const bool read = EachElement(content, [&](RawJson raw) {
    const Block block = TakeApart(raw, request);
    if (!ReadKnown(block, request, parts)) AddDropped(NameOf(block.type), &request->dropped);
  });
  if (!read) AddDropped(std::string(what), &request->dropped);
}

void AddMessage(Role role, std::vector<Part> parts, NeutralRequest* request) {
  if (parts.empty()) return;
  Message& message = request->messages.emplace_back();
  message.role = role;
  message.parts = std::move(parts);
}

// The results of tools come first in a message, and are one of their own elsewhere.
void AddTurn(Role role, std::vector<Part> parts, NeutralRequest* request) {
  const auto results = std::stable_partition(parts.begin(), parts.end(), [](const Part& part) {
    return part.kind == Part::Kind::kToolResult;
  });
  std::vector<Part> others(std::make_move_iterator(results), std::make_move_iterator(parts.end()));
  parts.erase(results, parts.end());
  AddMessage(Role::kTool, std::move(parts), request);
  AddMessage(role, std::move(others), request);
}

void ReadMessage(RawJson raw, NeutralRequest* request) {
  RawJson role, content;
  const bool read = EachMember(raw, [&](std::string_view key, RawJson value) {
    if (key == "role") {
      role = value;
    } else if (key == "content") {
      content = value;
    } else if (!IsHint(key) && json::HasSubstance(value)) {
      AddDropped("messages[]." + std::string(key), &request->dropped);
    }
  });
  std::vector<Part> parts;
  ReadContent(content, "messages[].content", request, &parts);
  if (role == R"("user")") {
    AddTurn(Role::kUser, std::move(parts), request);
  } else if (role == R"("assistant")") {
    AddTurn(Role::kAssistant, std::move(parts), request);
  } else if (role == R"("system")") {
    AddMessage(Role::kSystem, std::move(parts), request);
  } else {
    const auto name = TextOf(role);
    AddDropped(read && name ? "messages[" + Plain(*name) + "]" : "messages[]", &request->dropped);
  }
}

}  // namespace

void ReadSystem(RawJson system, NeutralRequest* request) {
  std::vector<Part> parts;
  ReadContent(system, "system", request, &parts);
  AddMessage(Role::kSystem, std::move(parts), request);
}

void ReadMessages(RawJson messages, NeutralRequest* request) {
  if (messages.empty()) return;
  const bool read = EachElement(messages, [&](RawJson raw) { ReadMessage(raw, request); });
  if (!read) AddDropped("messages", &request->dropped);
}

}  // namespace banto::api::anthropic
