// A whole message as the events of a stream: its blocks one after the other, each begun empty.
#include <cstdint>

#include "proxy/api/anthropic/packaging.h"
#include "proxy/api/json_each.h"
#include "proxy/api/json_members.h"
#include "proxy/api/text_parts.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::anthropic {
namespace {

// Of a whole: what its last event says is left out of its first.
struct Message {
  std::string head;  // written
  RawJson content, stop_reason, stop_sequence, usage;
};

bool ReadMessage(RawJson whole, Message* message) {
  JsonMembers head(&message->head);
  json::JsonCursor json(whole);
  std::string_view key;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "content") {
      message->content = value;
      head.Add(key, "[]");
    } else if (key == "stop_reason") {
      message->stop_reason = value;
      head.Add(key, "null");
    } else if (key == "stop_sequence") {
      message->stop_sequence = value;
      head.Add(key, "null");
    } else {
      if (key == "usage") message->usage = value;
      head.Add(key, value);
    }
  }
  return json.Finish() && json.utf8_ok() && !message->content.empty() &&
         TextOf(message->stop_reason).has_value() && !message->usage.empty();
}

void AddEvent(std::string_view type, std::string_view members, std::string* frames) {
  frames->append("event: ").append(type).append("\ndata: {\"type\":\"").append(type).append("\"");
  if (!members.empty()) frames->append(",").append(members);
  frames->append("}\n\n");
}

// One block of the whole, told in events.
class BlockTeller {
 public:
  BlockTeller(int64_t index, std::string* frames)
      : index_("\"index\":" + std::to_string(index)), frames_(frames) {}
  void Tell(RawJson block);

 private:
  void AddDelta(std::string_view type, std::string_view key, RawJson value);
  void AddTexts(std::string_view type, std::string_view key, JsonText text);

  const std::string index_;
  std::string* const frames_;
};

void BlockTeller::AddDelta(std::string_view type, std::string_view key, RawJson value) {
  std::string members = index_ + ",\"delta\":";
  {
    JsonObject delta(&members);
    delta.AddText("type", type);
    delta.Add(key, value);
  }
  AddEvent("content_block_delta", members, frames_);
}

void BlockTeller::AddTexts(std::string_view type, std::string_view key, JsonText text) {
  while (!text.empty()) {
    std::string part;
    AppendQuoted(TakeTextPart(&text), &part);
    AddDelta(type, key, part);
  }
}

void BlockTeller::Tell(RawJson block) {
  RawJson text, thinking, signature, input, citations;
  std::string start = index_ + ",\"content_block\":";
  {
    JsonObject begun(&start);
    EveryMember(block, [&](std::string_view key, RawJson value) {
      const bool is_text = value.front() == '"';
      RawJson* const later = key == "text" && is_text        ? &text
                             : key == "thinking" && is_text  ? &thinking
                             : key == "signature" && is_text ? &signature
                             : value == "null"               ? nullptr
                             : key == "input"                ? &input
                             : key == "citations"            ? &citations
                                                             : nullptr;
      if (later != nullptr) *later = value;
      begun.Add(key, later == nullptr ? value : is_text ? "\"\"" : key == "input" ? "{}" : "[]");
    });
  }
  AddEvent("content_block_start", start, frames_);
  EachElement(citations,
              [&](RawJson citation) { AddDelta("citations_delta", "citation", citation); });
  AddTexts("thinking_delta", "thinking", TextIn(thinking));
  if (!TextIn(signature).empty()) AddDelta("signature_delta", "signature", signature);
  AddTexts("text_delta", "text", TextIn(text));
  if (!input.empty()) AddDelta("input_json_delta", "partial_json", JsonString(input));
  AddEvent("content_block_stop", index_, frames_);
}

}  // namespace

std::optional<std::string> TellInEvents(std::string_view whole) {
  Message message;
  if (!ReadMessage(whole, &message)) return std::nullopt;
  std::string frames;
  AddEvent("message_start", "\"message\":{" + message.head + "}", &frames);
  int64_t index = 0;
  if (!EachElement(message.content,
                   [&](RawJson block) { BlockTeller(index++, &frames).Tell(block); }))
    return std::nullopt;
  std::string end = "\"delta\":";
  {
    JsonObject delta(&end);
    delta.Add("stop_reason", message.stop_reason);
    if (!message.stop_sequence.empty()) delta.Add("stop_sequence", message.stop_sequence);
  }
  AppendOneLine(message.usage, &end.append(",\"usage\":"));
  AddEvent("message_delta", end, &frames);
  AddEvent("message_stop", {}, &frames);
  return frames;
}

}  // namespace banto::api::anthropic
