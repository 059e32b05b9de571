// A request as chat completions, for a worker.
#include "proxy/api/missing_tool.h"
#include "proxy/api/openai/chat.h"
#include "proxy/api/openai/request_text.h"
#include "proxy/api/openai/setting_names.h"
#include "proxy/api/system_first.h"

namespace banto::api::openai {
namespace {

// They hand these words to their templates, and Qwen's, GLM's and others' read them.
constexpr Engines kTemplateWords = engine::kVllm | engine::kSglang | engine::kLlamaCpp;
constexpr Engines kWithoutEffort = engine::kLlamaCppPython | engine::kTgi;

void AppendTool(const Tool& tool, std::string* json) {
  if (json->back() != '[') *json += ',';
  json->append(R"({"type":"function","function":{"name":)");
  AppendQuoted(tool.name, json);
  if (!tool.description.empty()) {
    json->append(R"(,"description":)");
    AppendQuoted(tool.description, json);
  }
  // Some engines demand a schema; this one says the same as none.
  json->append(R"(,"parameters":)");
  json->append(tool.parameters.empty() ? R"({"type":"object","properties":{}})" : tool.parameters);
  if (!tool.strict.empty()) json->append(R"(,"strict":)").append(tool.strict);
  json->append("}}");
}

// llama.cpp takes a choice that is an object for "auto" (json_value in tools/server/utils): it gets
// the one tool, and must use it.
bool OnlyTheNamed(const ToolChoice& choice, Engines engines) {
  return choice.kind == ToolChoice::Kind::kNamed && (engines & engine::kLlamaCpp) != 0;
}

void AppendChoice(const ToolChoice& choice, Engines engines, std::string* json) {
  using Kind = ToolChoice::Kind;
  switch (choice.kind) {
    case Kind::kUnset:
      return;
    case Kind::kAuto:
      json->append(R"(,"tool_choice":"auto")");
      return;
    case Kind::kNone:
      json->append(R"(,"tool_choice":"none")");
      return;
    case Kind::kNamed:
      if (OnlyTheNamed(choice, engines)) break;
      json->append(R"(,"tool_choice":{"type":"function","function":{"name":)");
      AppendQuoted(choice.name, json);
      json->append("}}");
      return;
    case Kind::kRequired:
      break;
  }
  json->append(R"(,"tool_choice":"required")");
}

void AppendTools(const NeutralRequest& request, Engines engines, std::string* json) {
  if (request.tools.empty()) return;  // a choice without tools is an error
  const bool one = OnlyTheNamed(request.tool_choice, engines);
  json->append(R"(,"tools":[)");
  for (const Tool& tool : request.tools) {
    if (!one || tool.name == request.tool_choice.name) AppendTool(tool, json);
  }
  *json += ']';
  AppendChoice(request.tool_choice, engines, json);
}

void AppendFormat(const AnswerFormat& format, std::string* json) {
  using Kind = AnswerFormat::Kind;
  if (format.kind == Kind::kJsonSchema && !format.schema.empty()) {
    json->append(R"(,"response_format":{"type":"json_schema","json_schema":{"name":)");
    AppendQuoted(format.name.empty() ? "answer" : format.name, json);
    if (!format.description.empty()) {
      json->append(R"(,"description":)");
      AppendQuoted(format.description, json);
    }
    json->append(R"(,"schema":)").append(format.schema);
    if (!format.strict.empty()) json->append(R"(,"strict":)").append(format.strict);
    json->append("}}");
  } else if (format.kind == Kind::kJsonObject || format.kind == Kind::kJsonSchema) {
    json->append(R"(,"response_format":{"type":"json_object"})");
  }
}

void AppendNoReasoning(const ReasoningWish& wish, Engines engines, std::string* json,
                       std::vector<std::string>* dropped) {
  if ((engines & kTemplateWords) != 0) {
    json->append(R"(,"chat_template_kwargs":{"enable_thinking":false})");
  } else if ((engines & engine::kOllama) != 0 ||
             (wish.effort == "none" && engines != 0 && (engines & engine::kUnknown) != 0)) {
    json->append(R"(,"reasoning_effort":"none")");
  } else {
    AddDropped("reasoning", dropped);
  }
}

void AppendReasoning(const ReasoningWish& wish, Engines engines, std::string* json,
                     std::vector<std::string>* dropped) {
  if (wish.kind == ReasoningWish::Kind::kUnset) {
    // How much effort, without a word on thinking: only Anthropic's API can say that.
    if (!wish.effort.empty()) AddDropped("output_config.effort", dropped);
    return;
  }
  if (wish.kind == ReasoningWish::Kind::kOff)
    return AppendNoReasoning(wish, engines, json, dropped);
  if (!wish.effort.empty()) {
    if ((engines & kWithoutEffort) != 0) {
      AddDropped("reasoning_effort", dropped);
    } else {
      json->append(R"(,"reasoning_effort":)");
      AppendQuoted(wish.effort, json);
    }
  } else if ((engines & kTemplateWords) != 0) {
    json->append(R"(,"chat_template_kwargs":{"enable_thinking":true})");
  } else {
    AddDropped("reasoning", dropped);
  }
  if (wish.budget.empty()) return;
  if ((engines & engine::kLlamaCpp) != 0) {
    json->append(R"(,"thinking_budget_tokens":)").append(wish.budget);
  } else {
    AddDropped("thinking.budget_tokens", dropped);
  }
}

// A tool's result has only text here: what a tool has shown (an agent that looks at a picture) is
// said by the user, after the last of the results that belong together.
class ConversationWriter {
 public:
  ConversationWriter(Engines engines, WrittenRequest* written)
      : engines_(engines), written_(written) {}

  void Write(const Message& message) {
    if (shown_.empty() || message.role == Role::kTool) {
      Append(message);
    } else if (message.role == Role::kUser) {
      Message whole = message;
      whole.parts.insert(whole.parts.begin(), shown_.begin(), shown_.end());
      shown_.clear();
      Append(whole);
    } else {
      End();
      Append(message);
    }
    for (const Part& result : message.parts) {
      for (const Part& part : result.parts) {
        if (part.kind == Part::Kind::kImage) shown_.push_back(part);
      }
    }
  }
  void End() {
    if (shown_.empty()) return;
    Message message;
    message.parts.swap(shown_);
    Append(message);
  }

 private:
  void Append(const Message& message) {
    AppendChatMessage(message, engines_, &written_->body, &written_->dropped);
  }

  const Engines engines_;
  WrittenRequest* const written_;
  std::vector<Part> shown_;
};

void AppendMessages(const NeutralRequest& request, Engines engines, WrittenRequest* written) {
  written->body.append(R"(,"messages":[)");
  ConversationWriter conversation(engines, written);
  if ((engines & engine::kUnknown) != 0) {
    for (const Message& message : request.messages) conversation.Write(message);
  } else {
    Message lead;
    for (const Message* message : SystemFirst(request.messages, &lead))
      conversation.Write(*message);
  }
  conversation.End();
  written->body += ']';
}

}  // namespace

WrittenRequest WriteChatRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  written.refused = MissingTool(request);
  if (request.messages.empty() && !request.prompt.empty())
    written.refused = "A bare prompt cannot be translated into a conversation.";
  if (written.refused) return written;
  std::string& json = written.body;
  BeginRequest(worker.model, &json);
  AppendMessages(request, worker.engines, &written);
  AppendTools(request, worker.engines, &json);
  AppendFormat(request.format, &json);
  AppendReasoning(request.reasoning, worker.engines, &json, &written.dropped);
  AppendStop(request.stop, &json);
  AppendStream(request.stream, worker, &json);
  SettingValues settings = request.settings;
  if (request.tools.empty()) {  // OpenAI refuses it then
    std::erase_if(settings,
                  [](const auto& value) { return value.setting == Setting::kParallelToolCalls; });
  }
  AppendSettings(settings, kChatSettings, worker.engines, &json, &written.dropped);
  json += '}';
  return written;
}

}  // namespace banto::api::openai
