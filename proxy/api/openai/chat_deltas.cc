#include "proxy/api/openai/chat_deltas.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "proxy/api/json_each.h"
#include "proxy/api/json_members.h"
#include "proxy/api/openai/chunk_frames.h"
#include "proxy/api/text_parts.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

struct Message {
  RawJson content, refusal, calls;
  std::vector<std::pair<std::string_view, JsonText>> thoughts;
  std::string others;  // written; the role is among them
  bool tellable = true;
};

Message ReadMessage(RawJson raw) {
  Message message;
  JsonMembers others(&message.others);
  json::JsonCursor json(raw);
  std::string_view key;
  if (!json.EnterObject()) message.tellable = false;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    const bool says = json::HasSubstance(value);
    const bool thinks = key == "reasoning" || key == "reasoning_content";
    if (key == "content") {
      message.content = value;
    } else if (says && key == "tool_calls") {
      message.calls = value;
    } else if (says && key == "refusal" && value.front() == '"') {
      message.refusal = value;
    } else if (says && thinks && value.front() == '"') {
      message.thoughts.emplace_back(key, json::Unquoted(value));
    } else {
      message.tellable = message.tellable && !(says && key == "audio");
      others.Add(key, value);
    }
  }
  message.tellable = message.tellable && json.Finish();
  return message;
}

// Writes the first delta of a call, which says what it is; returns its arguments.
JsonText AppendCall(int64_t index, RawJson call, std::string* out) {
  JsonText arguments;
  JsonObject members(out);
  members.Add("index", std::to_string(index));
  EachMember(call, [&](std::string_view key, RawJson value) {
    if (key == "index") return;
    if (key != "function" || value.front() != '{') return members.Add(key, value);
    JsonObject function(members.Begin(key));
    EachMember(value, [&](std::string_view name, RawJson part) {
      if (name != "arguments" || part.front() != '"') return function.Add(name, part);
      arguments = json::Unquoted(part);
      function.AddText(name, "");
    });
  });
  return arguments;
}

// One choice of the whole, told in deltas.
class ChoiceTeller {
 public:
  ChoiceTeller(const WholeChoice& choice, ChunkFrames* frames)
      : choice_(choice), frames_(frames), logprobs_(choice.logprobs) {}

  bool Tell();

 private:
  void Add(std::string_view delta, RawJson logprobs = {});
  void AddText(std::string_view key, JsonText text);
  bool AddCalls(RawJson calls);
  void AddArguments(int64_t index, JsonText arguments);
  void AddEnd();

  const WholeChoice& choice_;
  ChunkFrames* const frames_;
  RawJson logprobs_;  // not told yet
};

// `delta`: its members.
void ChoiceTeller::Add(std::string_view delta, RawJson logprobs) {
  std::string members = "\"delta\":{";
  members.append(delta).append("}");
  if (!logprobs.empty()) AppendOneLine(logprobs, &members.append(",\"logprobs\":"));
  frames_->Add(choice_, members, "null");
}

void ChoiceTeller::AddText(std::string_view key, JsonText text) {
  const bool thinks = key.starts_with("reasoning");
  while (!text.empty()) {
    std::string delta;
    AppendQuoted(key, &delta);
    AppendQuoted(TakeTextPart(&text), &delta.append(":"));
    Add(delta, thinks ? RawJson() : std::exchange(logprobs_, RawJson()));
  }
}

bool ChoiceTeller::AddCalls(RawJson calls) {
  int64_t index = 0;
  return EachElement(calls, [&](RawJson call) {
    std::string delta = R"("tool_calls":[)";
    const JsonText arguments = AppendCall(index, call, &delta);
    Add(delta += ']');
    AddArguments(index++, arguments);
  });
}

void ChoiceTeller::AddArguments(int64_t index, JsonText arguments) {
  while (!arguments.empty()) {
    std::string delta =
        R"("tool_calls":[{"index":)" + std::to_string(index) + R"(,"function":{"arguments":)";
    AppendQuoted(TakeTextPart(&arguments), &delta);
    Add(delta += "}}]");
  }
}

void ChoiceTeller::AddEnd() {
  std::string members = "\"delta\":{}";
  if (!logprobs_.empty()) AppendOneLine(logprobs_, &members.append(",\"logprobs\":"));
  if (!choice_.others.empty()) members.append(",").append(choice_.others);
  frames_->Add(choice_, members, choice_.finish_reason);
}

bool ChoiceTeller::Tell() {
  const Message message = ReadMessage(choice_.message);
  if (!choice_.tellable || !message.tellable) return false;
  // As engines begin: an empty text if there is one, null if there is none.
  const bool has_text = !message.content.empty() && message.content.front() == '"';
  std::string first;
  JsonMembers members(&first);
  members.AddWritten(message.others);
  if (!message.content.empty()) members.Add("content", has_text ? "\"\"" : message.content);
  Add(first);
  for (const auto& [key, text] : message.thoughts) AddText(key, text);
  if (has_text) AddText("content", json::Unquoted(message.content));
  AddText("refusal", json::Unquoted(message.refusal));
  if (!message.calls.empty() && !AddCalls(message.calls)) return false;
  AddEnd();
  return true;
}

}  // namespace

std::optional<std::string> TellInDeltas(std::string_view whole) {
  ChunkFrames frames(whole, "chat.completion.chunk");
  bool told = frames.tellable();
  const bool listed = EachElement(frames.choices(), [&](RawJson raw) {
    const WholeChoice choice = ReadWholeChoice(raw);
    told = told && ChoiceTeller(choice, &frames).Tell();
  });
  if (!told || !listed) return std::nullopt;
  return frames.Finish();
}

}  // namespace banto::api::openai
