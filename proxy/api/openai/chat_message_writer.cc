// Messages of a conversation as chat completions has them.
#include <algorithm>

#include "proxy/api/openai/chat.h"
#include "proxy/json/json_scan.h"

namespace banto::api::openai {
namespace {

// Their templates put an earlier answer's reasoning back where it was (reasoning_content in
// vllm/entrypoints/chat_utils.py, sglang serving_chat.py, llama.cpp common/chat.cpp).
constexpr Engines kTakeReasoning = engine::kVllm | engine::kSglang | engine::kLlamaCpp;

void Comma(std::string* json) {
  if (json->back() != '[') *json += ',';
}

class ChatMessageWriter {
 public:
  ChatMessageWriter(const Message& message, Engines engines, std::string* json,
                    std::vector<std::string>* dropped)
      : message_(message), engines_(engines), json_(json), dropped_(dropped) {}

  void Write() {
    for (const Part& part : message_.parts) {
      if (part.kind == Part::Kind::kToolResult) WriteResult(part);
    }
    if (message_.role == Role::kTool) return;
    Open(RoleName());
    if (!message_.name.empty()) Member("name", message_.name);
    if (message_.role == Role::kAssistant) {
      WriteAssistant();
    } else {
      WriteContent();
    }
    *json_ += '}';
  }

 private:
  bool has(Engines engines) const { return (engines_ & engines) != 0; }
  void Drop(const char* name) { AddDropped(name, dropped_); }

  void Open(std::string_view role) {
    Comma(json_);
    json_->append(R"({"role":")").append(role).append("\"");
  }
  void Member(std::string_view name, JsonText text) {
    json_->append(",\"").append(name).append("\":");
    AppendQuoted(text, json_);
  }

  std::string_view RoleName() const {
    switch (message_.role) {
      case Role::kSystem:
        return "system";
      case Role::kDeveloper:
        return has(engine::kUnknown) ? "developer" : "system";
      case Role::kAssistant:
        return "assistant";
      default:
        return "user";
    }
  }

  void WriteResult(const Part& result);
  void WriteContent();
  void WriteImage(const Part& image);
  bool CanSee(const Part& image);
  void WriteAssistant();
  void WriteCalls();
  void WriteReasoning();

  const Message& message_;
  const Engines engines_;
  std::string* const json_;
  std::vector<std::string>* const dropped_;
};

// One text: a line each, as the engines themselves join parts for templates that take no lists.
void AppendJoined(const std::vector<Part>& parts, bool refusals, std::string* json) {
  *json += '"';
  bool first = true;
  for (const Part& part : parts) {
    if (part.kind != Part::Kind::kText && !(refusals && part.kind == Part::Kind::kRefusal))
      continue;
    if (!first) *json += "\\n";
    first = false;
    json->append(part.text);
  }
  *json += '"';
}

void ChatMessageWriter::WriteResult(const Part& result) {
  Open("tool");
  Member("tool_call_id", result.id);
  if (!result.name.empty() && !has(engine::kUnknown)) Member("name", result.name);
  json_->append(R"(,"content":)");
  AppendJoined(result.parts, false, json_);
  *json_ += '}';
  if (result.is_error) Drop("tool_result.is_error");
}

bool ChatMessageWriter::CanSee(const Part& image) {
  // Ollama fetches nothing.
  const bool can = !image.data.empty() || (!image.url.empty() && !has(engine::kOllama));
  if (!can) Drop("messages[].content[image_url]");
  return can;
}

void ChatMessageWriter::WriteContent() {
  bool images = false;
  for (const Part& part : message_.parts) {
    if (part.kind == Part::Kind::kImage) images = CanSee(part) || images;
  }
  json_->append(R"(,"content":)");
  if (!images) return AppendJoined(message_.parts, true, json_);
  *json_ += '[';
  for (const Part& part : message_.parts) {
    if (part.kind == Part::Kind::kText) {
      Comma(json_);
      json_->append(R"({"type":"text","text":)");
      AppendQuoted(part.text, json_);
      *json_ += '}';
    } else if (part.kind == Part::Kind::kImage && CanSee(part)) {
      WriteImage(part);
    }
  }
  *json_ += ']';
}

// For bare base64, as Ollama has it: the first bytes of each format.
std::string_view MediaTypeOf(const Part& image) {
  if (!image.media_type.empty()) return image.media_type;
  if (image.data.starts_with("/9j") || image.data.starts_with("\\/9j")) return "image/jpeg";
  if (image.data.starts_with("R0lG")) return "image/gif";
  if (image.data.starts_with("UklG")) return "image/webp";
  return "image/png";
}

void ChatMessageWriter::WriteImage(const Part& image) {
  Comma(json_);
  json_->append(R"({"type":"image_url","image_url":{"url":")");
  if (image.data.empty()) {
    json_->append(image.url);
  } else {
    json_->append("data:").append(MediaTypeOf(image)).append(";base64,").append(image.data);
  }
  *json_ += '"';
  if (!image.detail.empty()) Member("detail", image.detail);
  json_->append("}}");
}

void ChatMessageWriter::WriteReasoning() {
  bool open = false;
  for (const Part& part : message_.parts) {
    if (part.kind == Part::Kind::kSealedReasoning) Drop("messages[].content[sealed_reasoning]");
    if (!part.signature.empty()) Drop("messages[].content[thinking].signature");
    if (part.kind != Part::Kind::kReasoning || part.text.empty()) continue;
    if (!has(kTakeReasoning)) {
      Drop("messages[].content[reasoning]");
      continue;
    }
    json_->append(open ? "\\n" : R"(,"reasoning_content":")").append(part.text);
    open = true;
  }
  if (open) *json_ += '"';
}

void ChatMessageWriter::WriteAssistant() {
  const auto count = [this](Part::Kind kind) {
    return std::count_if(message_.parts.begin(), message_.parts.end(),
                         [kind](const Part& part) { return part.kind == kind; });
  };
  WriteReasoning();
  if (count(Part::Kind::kImage) != 0) Drop("messages[].content[image_url]");
  const bool calls = count(Part::Kind::kToolCall) != 0;
  // OpenAI has a place of its own for refusals; templates only know content.
  const bool refusals = !has(engine::kUnknown) && count(Part::Kind::kRefusal) != 0;
  json_->append(R"(,"content":)");
  if (calls && !refusals && count(Part::Kind::kText) == 0) {
    json_->append("null");
  } else {
    AppendJoined(message_.parts, refusals, json_);
  }
  if (!refusals) {
    for (const Part& part : message_.parts) {
      if (part.kind != Part::Kind::kRefusal) continue;
      Member("refusal", part.text);
      break;
    }
  }
  if (calls) WriteCalls();
}

void ChatMessageWriter::WriteCalls() {
  json_->append(R"(,"tool_calls":[)");
  for (const Part& part : message_.parts) {
    if (part.kind != Part::Kind::kToolCall) continue;
    Comma(json_);
    json_->append(R"({"id":)");
    AppendQuoted(part.id, json_);
    json_->append(R"(,"type":"function","function":{"name":)");
    AppendQuoted(part.name, json_);
    json_->append(R"(,"arguments":)");
    // Engines parse them for their templates, and refuse the conversation where they cannot.
    json::AppendJsonString(ObjectOf(part.arguments), json_);
    json_->append("}}");
  }
  *json_ += ']';
}

}  // namespace

void AppendChatMessage(const Message& message, Engines engines, std::string* json,
                       std::vector<std::string>* dropped) {
  ChatMessageWriter(message, engines, json, dropped).Write();
}

}  // namespace banto::api::openai
