#include "proxy/api/openai/chunk_frames.h"

#include <utility>

#include "proxy/api/json_members.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

// vLLM refuses them in a stream.
constexpr std::string_view kOnlyWhole = "prompt_logprobs";

bool IsInEveryChunk(std::string_view key) {
  return key == "id" || key == "created" || key == "model" || key == "system_fingerprint" ||
         key == "service_tier";
}

// Appends `"key":value` to members that are written one after the other.
void Append(std::string_view key, RawJson value, std::string* members) {
  if (!members->empty()) *members += ',';
  AppendQuoted(key, members);
  *members += ':';
  AppendOneLine(value, members);
}

}  // namespace

WholeChoice ReadWholeChoice(RawJson raw) {
  WholeChoice choice;
  json::JsonCursor json(raw);
  std::string_view key;
  if (!json.EnterObject()) choice.tellable = false;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "index") {
      choice.index = value;
    } else if (key == "message") {
      choice.message = value;
    } else if (key == "text") {
      choice.text = value;
    } else if (key == "finish_reason") {
      choice.finish_reason = value;
    } else if (key == "logprobs") {
      choice.logprobs = value;
    } else if (key != kOnlyWhole) {
      Append(key, value, &choice.others);
    } else if (json::HasSubstance(value)) {
      choice.tellable = false;
    }
  }
  choice.tellable = choice.tellable && json.ok() && !choice.index.empty() &&
                    TextOf(choice.finish_reason).has_value();
  return choice;
}

ChunkFrames::ChunkFrames(RawJson whole, std::string_view object) {
  head_.append("\"object\":\"").append(object).append("\"");
  json::JsonCursor json(whole);
  std::string_view key;
  if (!json.EnterObject()) tellable_ = false;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "choices") {
      choices_ = value;
    } else if (key == "usage") {
      usage_ = value;
    } else if (key == kOnlyWhole) {
      tellable_ = tellable_ && !json::HasSubstance(value);
    } else if (key != "object") {
      Append(key, value, IsInEveryChunk(key) ? &head_ : &once_);
    }
  }
  tellable_ = tellable_ && json.Finish() && json.utf8_ok() && !choices_.empty();
}

void ChunkFrames::Begin() {
  frames_ += "data: {";
  frames_ += head_;
  if (!once_.empty()) frames_ += ',';
  frames_ += std::exchange(once_, std::string());
  frames_ += ",\"choices\":[";
}

void ChunkFrames::Add(const WholeChoice& choice, std::string_view members, RawJson finish_reason) {
  Begin();
  {
    JsonObject written(&frames_);
    written.Add("index", choice.index);
    written.AddWritten(members);
    written.Add("finish_reason", finish_reason);
  }
  frames_ += "]}\n\n";
}

std::string ChunkFrames::Finish() {
  if (json::HasSubstance(usage_)) {
    Begin();
    frames_ += "],\"usage\":";
    AppendOneLine(usage_, &frames_);
    frames_ += "}\n\n";
  }
  frames_ += "data: [DONE]\n\n";
  return std::move(frames_);
}

}  // namespace banto::api::openai
