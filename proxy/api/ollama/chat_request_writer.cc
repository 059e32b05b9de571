#include "proxy/api/missing_tool.h"
#include "proxy/api/ollama/chat_request.h"
#include "proxy/api/ollama/one_line.h"
#include "proxy/api/ollama/request_members.h"
#include "proxy/api/system_first.h"

namespace banto::api::ollama {
namespace {

const char* NameOf(Role role) {
  switch (role) {
    case Role::kSystem:
    case Role::kDeveloper:
      return "system";
    case Role::kAssistant:
      return "assistant";
    case Role::kTool:
      return "tool";
    case Role::kUser:
      break;
  }
  return "user";
}

// Here a message has one text: the parts of another API become its paragraphs.
void AddParagraph(JsonText text, std::string* content) {
  if (text.empty()) return;
  if (!content->empty()) content->append("\\n\\n");
  content->append(text);
}

class ConversationWriter {
 public:
  ConversationWriter(const NeutralRequest& request, WrittenRequest* written)
      : request_(request), written_(written) {}

  void Write(const Message& message) {
    if (!message.name.empty()) Drop("messages[].name");
    bool results = false, others = message.parts.empty();
    for (const Part& part : message.parts) {
      const bool is_result = part.kind == Part::Kind::kToolResult;
      if (is_result) WriteResult(part);
      results = results || is_result;
      others = others || !is_result;
    }
    // Results come first, whatever else was said in the same message.
    if (others) WriteParts(message.role, message.parts, nullptr);
  }

 private:
  struct Gathered {
    std::string content, thinking, images, calls;
  };

  void WriteResult(const Part& result) {
    if (result.is_error) Drop("messages[].content[].is_error");
    WriteParts(Role::kTool, result.parts, &result);
  }
  void WriteParts(Role role, const std::vector<Part>& parts, const Part* result);
  void Gather(const Part& part, Gathered* gathered);
  void AddImage(const Part& part, std::string* images);
  JsonText ToolOf(const Part& result) const;
  void Drop(const char* name) { AddDropped(name, &written_->dropped); }

  const NeutralRequest& request_;
  WrittenRequest* written_;
  bool first_ = true;
};

// Clients that know ids do not repeat the name.
JsonText ConversationWriter::ToolOf(const Part& result) const {
  if (!result.name.empty()) return result.name;
  for (const Message& message : request_.messages) {
    for (const Part& part : message.parts) {
      if (part.kind == Part::Kind::kToolCall && part.id == result.id) return part.name;
    }
  }
  return {};
}

// Ollama fetches nothing (api/types.go: images are bytes).
void ConversationWriter::AddImage(const Part& part, std::string* images) {
  if (part.data.empty()) return Drop("messages[].content[image_url]");
  if (!part.detail.empty() && part.detail != "auto") Drop("messages[].content[].detail");
  if (!images->empty()) images->append(",");
  AppendQuoted(part.data, images);
}

void ConversationWriter::Gather(const Part& part, Gathered* gathered) {
  switch (part.kind) {
    case Part::Kind::kText:
    case Part::Kind::kRefusal:
      return AddParagraph(part.text, &gathered->content);
    case Part::Kind::kReasoning:
      if (!part.signature.empty()) Drop("messages[].content[thinking].signature");
      return AddParagraph(part.text, &gathered->thinking);
    case Part::Kind::kSealedReasoning:
      return Drop("messages[].content[redacted_thinking]");
    case Part::Kind::kImage:
      return AddImage(part, &gathered->images);
    case Part::Kind::kToolCall:
      break;
    case Part::Kind::kToolResult:
      return;
  }
  std::string& calls = gathered->calls;
  calls.append(calls.empty() ? "{" : ",{");
  // Ollama has ids since 0.12; before, it passes over them.
  if (!part.id.empty()) calls.append(R"("id":")").append(part.id).append(R"(",)");
  calls.append(R"("type":"function","function":{"name":)");
  AppendQuoted(part.name, &calls);
  calls.append(R"(,"arguments":)");
  AppendArguments(part.arguments, &calls);
  calls.append("}}");
}

void ConversationWriter::WriteParts(Role role, const std::vector<Part>& parts, const Part* result) {
  Gathered gathered;
  for (const Part& part : parts) Gather(part, &gathered);
  std::string& json = written_->body;
  json.append(first_ ? R"({"role":")" : R"(,{"role":")").append(NameOf(role));
  first_ = false;
  json.append(R"(","content":)");
  AppendQuoted(gathered.content, &json);
  if (!gathered.thinking.empty() && role == Role::kAssistant) {
    json.append(R"(,"thinking":)");
    AppendQuoted(gathered.thinking, &json);
  }
  if (!gathered.images.empty()) json.append(R"(,"images":[)").append(gathered.images).append("]");
  if (!gathered.calls.empty()) json.append(R"(,"tool_calls":[)").append(gathered.calls).append("]");
  if (result != nullptr) {
    json.append(R"(,"tool_name":)");
    AppendQuoted(ToolOf(*result), &json);
    json.append(R"(,"tool_call_id":)");
    AppendQuoted(result->id, &json);
  }
  json.append("}");
}

// Ollama cannot be made to call, but it calls nothing that it is not offered.
bool IsOffered(const Tool& tool, const ToolChoice& choice) {
  if (choice.kind == ToolChoice::Kind::kNone) return false;
  return choice.kind != ToolChoice::Kind::kNamed || tool.name == choice.name;
}

void AppendTool(const Tool& tool, WrittenRequest* written) {
  if (tool.strict == "true") AddDropped("tools[].strict", &written->dropped);
  std::string& json = written->body;
  json.append(R"({"type":"function","function":{"name":)");
  AppendQuoted(tool.name, &json);
  if (!tool.description.empty()) {
    json.append(R"(,"description":)");
    AppendQuoted(tool.description, &json);
  }
  json.append(R"(,"parameters":)");
  json.append(tool.parameters.empty() ? R"({"type":"object","properties":{}})" : tool.parameters);
  json.append("}}");
}

void AppendTools(const NeutralRequest& request, WrittenRequest* written) {
  const ToolChoice& choice = request.tool_choice;
  if (choice.kind == ToolChoice::Kind::kRequired || choice.kind == ToolChoice::Kind::kNamed)
    AddDropped("tool_choice", &written->dropped);
  bool first = true;
  for (const Tool& tool : request.tools) {
    if (!IsOffered(tool, choice)) continue;
    written->body.append(first ? R"(,"tools":[)" : ",");
    first = false;
    AppendTool(tool, written);
  }
  if (!first) written->body.append("]");
}

}  // namespace

void AppendMessages(const NeutralRequest& request, WrittenRequest* written) {
  ConversationWriter messages(request, written);
  written->body.append(R"("messages":[)");
  Message lead;
  for (const Message* message : SystemFirst(request.messages, &lead)) messages.Write(*message);
  written->body.append("]");
}

WrittenRequest WriteChatRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  written.refused = MissingTool(request);
  if (request.messages.empty() && !request.prompt.empty())
    written.refused = "A bare prompt cannot be translated into a conversation.";
  if (written.refused) return written;
  written.body = OpenRequest(worker).append(",");
  AppendMessages(request, &written);
  AppendTools(request, &written);
  CloseRequest(request, worker, Members::kChat, &written);
  return written;
}

}  // namespace banto::api::ollama
