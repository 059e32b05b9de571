// Messages as items of `input`, in the full form of each: vLLM checks them against the SDK's types.
#include "proxy/api/openai/responses_request.h"

namespace banto::api::openai {
namespace {

using Kind = Part::Kind;

bool IsOneText(const std::vector<Part>& parts) {
  return parts.size() == 1 && parts.front().kind == Kind::kText;
}

std::string_view NameOf(Role role) {
  switch (role) {
    case Role::kSystem:
      return "system";
    case Role::kDeveloper:
      return "developer";
    case Role::kAssistant:
      return "assistant";
    default:
      return "user";
  }
}

class ItemWriter {
 public:
  ItemWriter(const WorkerForm& worker, WrittenRequest* written)
      : worker_(worker), json_(&written->body), dropped_(&written->dropped) {}
  void Write(const Message& message);

 private:
  void WriteInput(const Message& message);
  void WriteTurn(const Message& message);
  void WriteResult(const Part& part);
  void WriteReasoning(const Part& part);
  void WriteCall(const Part& part);
  size_t WriteSaid(const std::vector<Part>& parts, size_t at);
  void AppendContent(const std::vector<Part>& parts);
  bool AppendPart(const Part& part);
  void AppendImage(const Part& part);
  void Begin(std::string_view type);
  // What its maker sealed means nothing to anybody else.
  bool TakesSealed() const { return (worker_.engines & engine::kUnknown) != 0; }
  std::string* Member(std::string_view name) {
    return &json_->append(",\"").append(name).append("\":");
  }

  const WorkerForm& worker_;
  std::string* json_;
  std::vector<std::string>* dropped_;
  int items_ = 0;
};

void ItemWriter::Begin(std::string_view type) {
  if (items_++ != 0) json_->append(",");
  json_->append(R"({"type":")").append(type).append("\"");
}

void ItemWriter::AppendImage(const Part& part) {
  json_->append(R"({"type":"input_image","image_url":")");
  if (part.url.empty()) {
    json_->append("data:").append(part.media_type).append(";base64,").append(part.data);
  } else {
    json_->append(part.url);
  }
  json_->append(R"(","detail":)");
  AppendQuoted(part.detail.empty() ? "auto" : part.detail, json_);
  json_->append("}");
}

bool ItemWriter::AppendPart(const Part& part) {
  if (part.kind == Kind::kImage) {
    AppendImage(part);
  } else if (part.kind == Kind::kText) {
    json_->append(R"({"type":"input_text","text":)");
    AppendQuoted(part.text, json_);
    json_->append("}");
  } else {
    return false;
  }
  return true;
}

void ItemWriter::AppendContent(const std::vector<Part>& parts) {
  if (IsOneText(parts)) return AppendQuoted(parts.front().text, json_);
  json_->append("[");
  bool first = true;
  for (const Part& part : parts) {
    if (!first) json_->append(",");
    if (AppendPart(part)) {
      first = false;
    } else if (!first) {
      json_->pop_back();
    }
  }
  json_->append("]");
}

void ItemWriter::WriteInput(const Message& message) {
  Begin("message");
  AppendQuoted(NameOf(message.role), Member("role"));
  Member("content");
  AppendContent(message.parts);
  json_->append("}");
}

void ItemWriter::WriteResult(const Part& part) {
  if (part.is_error) AddDropped("messages[].content[tool_result].is_error", dropped_);
  Begin("function_call_output");
  AppendQuoted(part.id, Member("call_id"));
  Member("output");
  if (part.parts.empty()) {
    json_->append(R"("")");
  } else {
    AppendContent(part.parts);
  }
  json_->append("}");
}

void ItemWriter::WriteCall(const Part& part) {
  Begin("function_call");
  const std::string id = "fc_" + std::to_string(items_);
  AppendQuoted(id, Member("id"));
  AppendQuoted(part.id, Member("call_id"));
  AppendQuoted(part.name, Member("name"));
  AppendQuoted(part.arguments.empty() ? "{}" : part.arguments, Member("arguments"));
  json_->append(R"(,"status":"completed"})");
}

void ItemWriter::WriteReasoning(const Part& part) {
  const JsonText sealed = part.kind == Kind::kSealedReasoning ? part.data : part.signature;
  if (part.text.empty() && !TakesSealed()) return AddDropped("encrypted_content", dropped_);
  Begin("reasoning");
  const std::string id = "rs_" + std::to_string(items_);
  AppendQuoted(id, Member("id"));
  json_->append(R"(,"summary":[])");
  if (!part.text.empty()) {
    json_->append(R"(,"content":[{"type":"reasoning_text","text":)");
    AppendQuoted(part.text, json_);
    json_->append("}]");
  }
  if (!sealed.empty()) {
    if (TakesSealed()) {
      AppendQuoted(sealed, Member("encrypted_content"));
    } else {
      AddDropped("messages[].content[thinking].signature", dropped_);
    }
  }
  json_->append("}");
}

// The texts and refusals from `at` on are one item; returns what follows them.
size_t ItemWriter::WriteSaid(const std::vector<Part>& parts, size_t at) {
  Begin("message");
  const std::string id = "msg_" + std::to_string(items_);
  AppendQuoted(id, Member("id"));
  json_->append(R"(,"role":"assistant","status":"completed","content":[)");
  for (; at < parts.size(); ++at) {
    const bool refusal = parts[at].kind == Kind::kRefusal;
    if (!refusal && parts[at].kind != Kind::kText) break;
    json_->append(refusal ? R"({"type":"refusal","refusal":)" : R"({"type":"output_text","text":)");
    AppendQuoted(parts[at].text, json_);
    json_->append(refusal ? "}," : R"(,"annotations":[]},)");
  }
  json_->back() = ']';
  json_->append("}");
  return at;
}

void ItemWriter::WriteTurn(const Message& message) {
  for (size_t at = 0; at < message.parts.size();) {
    const Part& part = message.parts[at];
    if (part.kind == Kind::kText || part.kind == Kind::kRefusal) {
      at = WriteSaid(message.parts, at);
      continue;
    }
    ++at;
    if (part.kind == Kind::kToolCall) {
      WriteCall(part);
    } else if (part.kind == Kind::kReasoning || part.kind == Kind::kSealedReasoning) {
      WriteReasoning(part);
    } else {
      AddDropped("messages[].content[image]", dropped_);
    }
  }
}

void ItemWriter::Write(const Message& message) {
  if (!message.name.empty()) AddDropped("messages[].name", dropped_);
  if (message.role == Role::kAssistant) return WriteTurn(message);
  if (message.role != Role::kTool) return WriteInput(message);
  for (const Part& part : message.parts) {
    if (part.kind == Kind::kToolResult) WriteResult(part);
  }
}

}  // namespace

void AppendInput(const NeutralRequest& request, const WorkerForm& worker, WrittenRequest* written) {
  const std::vector<Message>& messages = request.messages;
  const bool instructed = !messages.empty() && messages.front().role == Role::kSystem &&
                          IsOneText(messages.front().parts);
  if (instructed) {
    if (!messages.front().name.empty()) AddDropped("messages[].name", &written->dropped);
    written->body.append(R"(,"instructions":)");
    AppendQuoted(messages.front().parts.front().text, &written->body);
  }
  written->body.append(R"(,"input":[)");
  ItemWriter writer(worker, written);
  for (size_t at = instructed ? 1 : 0; at < messages.size(); ++at) writer.Write(messages[at]);
  written->body.append("]");
}

}  // namespace banto::api::openai
