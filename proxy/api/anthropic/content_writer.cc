// Messages and their content blocks.
#include <string>

#include "proxy/api/anthropic/message_request.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/utf8.h"

namespace banto::api::anthropic {
namespace {

void AppendMember(std::string_view opening, JsonText text, std::string* json) {
  json->append(opening);
  AppendQuoted(text, json);
}

// Blocks with commas between them, of one message or of several.
class BlockList {
 public:
  BlockList(Engines engines, std::string* json, std::vector<std::string>* dropped)
      : engines_(engines), json_(json), dropped_(dropped) {}

  // Whose blocks follow; a message begins with its first block.
  void Turn(std::string_view side) { side_ = side; }
  void Append(const Part& part);
  void Finish() {
    if (!open_side_.empty()) json_->append("]}");
  }

 private:
  std::string* Next() {
    if (side_ != open_side_) {
      Finish();
      if (!open_side_.empty()) json_->push_back(',');
      json_->append(R"({"role":")").append(side_).append(R"(","content":[)");
      open_side_ = side_;
    } else if (!first_) {
      json_->push_back(',');
    }
    first_ = false;
    return json_;
  }
  void AppendText(JsonText text) {
    if (text.empty()) return;  // the API refuses them
    AppendMember(R"({"type":"text","text":)", text, Next());
    json_->push_back('}');
  }
  void AppendImage(const Part& part);
  void AppendReasoning(const Part& part);
  void AppendCall(const Part& part);
  void AppendResult(const Part& part);

  Engines engines_;
  std::string* json_;
  std::vector<std::string>* dropped_;
  std::string_view side_, open_side_;
  bool first_ = true;
};

// Some APIs do not say what an image is: its first bytes do, in base64.
JsonText MediaTypeOf(const Part& part) {
  if (!part.media_type.empty()) return part.media_type;
  if (part.data.starts_with("/9j/")) return "image/jpeg";
  if (part.data.starts_with("R0lGOD")) return "image/gif";
  return part.data.starts_with("UklGR") ? "image/webp" : "image/png";
}

void BlockList::AppendImage(const Part& part) {
  if (!part.detail.empty() && part.detail != "auto") AddDropped("detail", dropped_);
  if (!part.url.empty()) {
    AppendMember(R"({"type":"image","source":{"type":"url","url":)", part.url, Next());
  } else {
    AppendMember(R"({"type":"image","source":{"type":"base64","media_type":)", MediaTypeOf(part),
                 Next());
    AppendMember(R"(,"data":)", part.data, json_);
  }
  json_->append("}}");
}

// Anthropic itself refuses what it has not signed; the engines sign nothing, or anything.
void BlockList::AppendReasoning(const Part& part) {
  if (part.signature.empty() && (engines_ & (engine::kUnknown | engine::kAnthropic)) != 0) {
    AddDropped("reasoning without a signature", dropped_);
    return;
  }
  AppendMember(R"({"type":"thinking","thinking":)", part.text, Next());
  AppendMember(R"(,"signature":)", part.signature, json_);
  json_->push_back('}');
}

void BlockList::AppendCall(const Part& part) {
  AppendMember(R"({"type":"tool_use","id":)", part.id, Next());
  AppendMember(R"(,"name":)", part.name, json_);
  json_->append(R"(,"input":)");
  AppendInput(part.arguments, json_);
  json_->push_back('}');
}

void BlockList::AppendResult(const Part& part) {
  AppendMember(R"({"type":"tool_result","tool_use_id":)", part.id, Next());
  json_->append(R"(,"content":[)");
  BlockList blocks(engines_, json_, dropped_);
  for (const Part& inner : part.parts) {
    if (inner.kind == Part::Kind::kText || inner.kind == Part::Kind::kImage) blocks.Append(inner);
  }
  json_->append(part.is_error ? R"(],"is_error":true})" : "]}");
}

void BlockList::Append(const Part& part) {
  switch (part.kind) {
    case Part::Kind::kText:
    case Part::Kind::kRefusal:
      return AppendText(part.text);
    case Part::Kind::kImage:
      return AppendImage(part);
    case Part::Kind::kReasoning:
      return AppendReasoning(part);
    case Part::Kind::kSealedReasoning:
      AppendMember(R"({"type":"redacted_thinking","data":)", part.data, Next());
      json_->push_back('}');
      return;
    case Part::Kind::kToolCall:
      return AppendCall(part);
    case Part::Kind::kToolResult:
      return AppendResult(part);
  }
}

constexpr std::string_view kSpace = " \t\r\n";

// A lone surrogate among the characters has no bytes in UTF-8.
bool IsPlainObject(const std::string& plain) {
  const size_t begin = plain.find_first_not_of(kSpace);
  return begin != plain.npos && plain[begin] == '{' && json::IsJson(plain) && json::IsUtf8(plain);
}

bool IsSystem(const Message& message) {
  return message.role == Role::kSystem || message.role == Role::kDeveloper;
}

}  // namespace

// Messages of one side that follow each other become one, as the API wants sides to take turns;
// what the system says comes before all of them, wherever it stood.
void AppendConversation(const NeutralRequest& request, Engines engines, std::string* json,
                        std::vector<std::string>* dropped) {
  std::string system, messages;
  BlockList system_blocks(engines, &system, dropped), blocks(engines, &messages, dropped);
  for (const Message& message : request.messages) {
    if (!message.name.empty()) AddDropped("messages[].name", dropped);
    blocks.Turn(message.role == Role::kAssistant ? "assistant" : "user");
    for (const Part& part : message.parts) {
      (IsSystem(message) ? system_blocks : blocks).Append(part);
    }
  }
  blocks.Finish();
  if (!system.empty()) json->append(R"(,"system":[)").append(system).append("]");
  json->append(R"(,"messages":[)").append(messages).append("]");
}

bool IsObject(JsonText arguments) {
  const std::string plain = Plain(arguments);
  return IsPlainObject(plain);
}

void AppendInput(JsonText arguments, std::string* json) {
  const std::string plain = Plain(arguments);
  if (plain.find_first_not_of(kSpace) == plain.npos || plain == "null") {
    json->append("{}");
  } else if (IsPlainObject(plain)) {
    json->append(plain);
  } else {
    AppendMember(R"({"arguments":)", arguments, json);
    json->append("}");
  }
}

}  // namespace banto::api::anthropic
