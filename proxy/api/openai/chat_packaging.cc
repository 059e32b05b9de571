// The two packagings of a chat completion.
#include "proxy/api/json_members.h"
#include "proxy/api/openai/chat_deltas.h"
#include "proxy/api/openai/merged_chunks.h"
#include "proxy/api/openai/packaging.h"

namespace banto::api::openai {
namespace {

// Only deltas have the index.
void AppendCalls(const MergedJson& calls, std::string* out) {
  if (calls.items().empty()) return calls.AppendTo(out);
  char before = '[';
  for (const MergedJson::Item& call : calls.items()) {
    *out += before;
    before = ',';
    JsonObject members(out);
    for (const MergedJson::Member& member : call.value.members()) {
      if (member.key != "index") member.value.AppendTo(members.Begin(member.key));
    }
  }
  *out += ']';
}

void AppendMessage(const MergedJson& delta, std::string* out) {
  const MergedJson* const role = delta.Find("role");
  const MergedJson* const content = delta.Find("content");
  const MergedJson* const calls = delta.Find("tool_calls");
  const bool called = calls != nullptr && !calls->empty();
  JsonObject members(out);
  if (role == nullptr) members.AddText("role", "assistant");
  for (const MergedJson::Member& member : delta.members()) {
    const MergedJson& value = member.value;
    members.Begin(member.key);
    if (&value == calls) {
      AppendCalls(value, out);
    } else if (&value == role && value.empty()) {
      *out += "\"assistant\"";
    } else if (&value == content && value.empty() && called) {
      *out += "null";
    } else {
      value.AppendTo(out);
    }
  }
  if (content == nullptr) members.Add("content", "null");
}

void AppendChoice(const MergedJson& choice, std::string* out) {
  JsonObject members(out);
  for (const MergedJson::Member& member : choice.members()) {
    if (member.key == "delta") {
      AppendMessage(member.value, members.Begin("message"));
    } else {
      member.value.AppendTo(members.Begin(member.key));
    }
  }
  if (choice.Find("delta") == nullptr) AppendMessage(MergedJson(), members.Begin("message"));
}

// Pieces of sound are coded each for itself.
bool Sounds(const MergedJson& chunks) {
  for (const MergedJson::Item& choice : chunks.Find("choices")->items()) {
    const MergedJson* const delta = choice.value.Find("delta");
    const MergedJson* const audio = delta != nullptr ? delta->Find("audio") : nullptr;
    if (audio != nullptr && !audio->empty()) return true;
  }
  return false;
}

std::optional<std::string> Whole(std::string_view frames) {
  TextStore store;
  const std::optional<MergedJson> chunks = MergeChunks(frames, &store);
  if (!chunks || Sounds(*chunks)) return std::nullopt;
  std::string whole;
  AppendWhole(*chunks, "chat.completion", AppendChoice, &whole);
  return whole;
}

}  // namespace

constinit const Packager kChatPackager = {Whole, TellInDeltas, kAskStream};

}  // namespace banto::api::openai
