// The two packagings of a completion.
#include "proxy/api/json_each.h"
#include "proxy/api/json_members.h"
#include "proxy/api/openai/chunk_frames.h"
#include "proxy/api/openai/merged_chunks.h"
#include "proxy/api/openai/packaging.h"
#include "proxy/api/text_parts.h"

namespace banto::api::openai {
namespace {

constexpr std::string_view kObject = "text_completion";

std::optional<std::string> Whole(std::string_view frames) {
  TextStore store;
  const std::optional<MergedJson> chunks = MergeChunks(frames, &store);
  if (!chunks) return std::nullopt;
  std::string whole;
  AppendWhole(
      *chunks, kObject, [](const MergedJson& choice, std::string* out) { choice.AppendTo(out); },
      &whole);
  return whole;
}

void AddText(const WholeChoice& choice, JsonText text, RawJson logprobs, ChunkFrames* frames) {
  std::string members = "\"text\":";
  AppendQuoted(text, &members);
  if (!logprobs.empty()) members.append(",\"logprobs\":").append(logprobs);
  frames->Add(choice, members, "null");
}

bool AddChoice(RawJson raw, ChunkFrames* frames) {
  const WholeChoice choice = ReadWholeChoice(raw);
  std::optional<JsonText> text = TextOf(choice.text);
  if (!choice.tellable || !text) return false;
  RawJson logprobs = choice.logprobs;
  do {
    AddText(choice, text->empty() ? *text : TakeTextPart(&*text), logprobs, frames);
    if (!logprobs.empty()) logprobs = "null";
  } while (!text->empty());
  std::string end = R"("text":"")";
  if (!choice.others.empty()) end.append(",").append(choice.others);
  frames->Add(choice, end, choice.finish_reason);
  return true;
}

std::optional<std::string> Stream(std::string_view whole) {
  ChunkFrames frames(whole, kObject);
  bool told = frames.tellable();
  const bool listed = EachElement(
      frames.choices(), [&](RawJson choice) { told = told && AddChoice(choice, &frames); });
  if (!told || !listed) return std::nullopt;
  return frames.Finish();
}

}  // namespace

constinit const Packager kCompletionsPackager = {Whole, Stream, kAskStream};

}  // namespace banto::api::openai
