// What a request asks, in words that can be compared, whatever its API. For tests only.
#ifndef BANTO_TESTS_UNIT_API_HUB_ASKS_KIT_H_
#define BANTO_TESTS_UNIT_API_HUB_ASKS_KIT_H_

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "hub_trip_kit.h"
#include "proxy/api/neutral_request.h"

namespace banto::api {

// What a request asks, by names that all APIs share.
using Asks = std::map<std::string, std::string>;

inline std::string Compact(RawJson raw) { return nlohmann::json::parse(raw).dump(); }

// Some APIs have one text where others have parts, and join them as lines.
inline std::string OneLine(JsonText text) {
  std::string plain = Plain(text);
  std::erase(plain, '\n');
  return plain;
}

// The conversation, as turns; messages of one role that follow each other are one.
class Turns {
 public:
  explicit Turns(Asks* asks) : asks_(asks) {}

  void Add(const Message& message) {
    const bool system = message.role == Role::kSystem || message.role == Role::kDeveloper;
    for (const Part& part : message.parts)
      AddPart(system ? -1 : static_cast<int>(message.role), part);
    if (!message.name.empty()) (*asks_)["name of " + Plain(message.name)] = "said";
  }

 private:
  void Say(int role, const std::string& what, const std::string& text) {
    constexpr const char* kNames[] = {"", "", "user", "assistant", "tool"};
    if (role < 0) {
      (*asks_)["system"] += text;
      return;
    }
    if (role != role_) ++turn_;
    role_ = role;
    (*asks_)["turn " + std::to_string(turn_) + " " + kNames[role] + " " + what] += text;
  }
  void AddPart(int role, const Part& part) {
    switch (part.kind) {
      case Part::Kind::kText:
        if (!part.text.empty()) Say(role, "text", OneLine(part.text));
        return;
      case Part::Kind::kRefusal:
        (*asks_)["said as a refusal"] = "yes";
        return Say(role, "text", OneLine(part.text));
      case Part::Kind::kReasoning:
        Say(role, "reasoning", OneLine(part.text));
        if (!part.signature.empty()) Say(role, "signature", Plain(part.signature));
        return;
      case Part::Kind::kSealedReasoning:
        return Say(role, "sealed", Plain(part.data));
      case Part::Kind::kToolCall:
        return Say(role, "calls",
                   Plain(part.id) + Plain(part.name) + ArgumentsOf(part.arguments) + ";");
      case Part::Kind::kToolResult:
        Say(role, "result of " + Plain(part.id), ":");
        if (part.is_error) (*asks_)["failed " + Plain(part.id)] = "true";
        for (const Part& inner : part.parts) {
          if (inner.kind == Part::Kind::kImage) {
            AddPart(role, inner);
          } else {
            Say(role, "result of " + Plain(part.id), OneLine(inner.text));
          }
        }
        return;
      case Part::Kind::kImage:
        // Wherever they are shown: a tool's result has no place for them in chat.
        (*asks_)["images"] += Plain(part.media_type) + Plain(part.data) + Plain(part.url) + ";";
        if (!part.detail.empty() && part.detail != "auto") (*asks_)["detail"] = part.detail;
        return;
    }
  }

  Asks* const asks_;
  int turn_ = -1, role_ = -1;
};

inline void AddTools(const NeutralRequest& request, Asks* asks) {
  for (const Tool& tool : request.tools) {
    const bool empty = tool.parameters.empty();
    (*asks)["tool " + Plain(tool.name)] =
        Plain(tool.description) +
        Compact(empty ? R"({"type":"object","properties":{}})" : tool.parameters);
    if (tool.strict == "true") (*asks)["strict tool " + Plain(tool.name)] = "true";
  }
  using Kind = ToolChoice::Kind;
  const ToolChoice& choice = request.tool_choice;
  if (choice.kind == Kind::kNone) (*asks)["choice"] = "none";
  if (choice.kind == Kind::kRequired) (*asks)["choice"] = "any";
  if (choice.kind == Kind::kNamed) (*asks)["choice"] = "the tool " + Plain(choice.name);
}

inline void AddForm(const NeutralRequest& request, Asks* asks) {
  const AnswerFormat& format = request.format;
  if (format.kind == AnswerFormat::Kind::kJsonObject) (*asks)["format"] = "object";
  if (format.kind == AnswerFormat::Kind::kJsonSchema) {
    (*asks)["format"] = Compact(format.schema);
    if (!format.name.empty()) (*asks)["format's name"] = Plain(format.name);
    if (!format.description.empty()) (*asks)["format's description"] = Plain(format.description);
    if (format.strict == "true") (*asks)["format's strictness"] = "true";
  }
  const ReasoningWish& wish = request.reasoning;
  if (wish.kind == ReasoningWish::Kind::kOff) (*asks)["thinking"] = "off";
  if (wish.kind != ReasoningWish::Kind::kOn) return;
  (*asks)["thinking"] = "on";
  if (!wish.effort.empty()) (*asks)["effort"] = Plain(wish.effort);
  if (!wish.budget.empty()) (*asks)["budget"] = Compact(wish.budget);
  if (wish.adaptive) (*asks)["adaptive"] = "true";
}

inline std::string KeyOf(Setting setting) {
  return "setting " + std::to_string(static_cast<int>(setting));
}

inline Asks AsksOf(const NeutralRequest& request) {
  Asks asks;
  Turns turns(&asks);
  for (const Message& message : request.messages) turns.Add(message);
  AddTools(request, &asks);
  AddForm(request, &asks);
  for (const JsonText stop : request.stop) asks["stop " + Plain(stop)] = "said";
  for (const SettingValue& setting : request.settings)
    asks[KeyOf(setting.setting)] = Compact(setting.value);
  asks["stream"] = request.stream ? "true" : "false";
  return asks;
}

}  // namespace banto::api

#endif  // BANTO_TESTS_UNIT_API_HUB_ASKS_KIT_H_
