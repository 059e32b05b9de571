#include "proxy/api/openai/merged_chunks.h"

#include "proxy/api/json_members.h"
#include "proxy/api/merged_stream.h"
#include "proxy/api/stream_reader.h"

namespace banto::api::openai {
namespace {

using Named = MergeRules::Named;

// What a call says of itself beside its arguments is told once, or again in full.
constexpr Named kInDelta[] = {{"role", Merge::kFirst},
                              {"id", Merge::kFirst},
                              {"type", Merge::kFirst},
                              {"name", Merge::kOnce}};
constexpr MergeRules kDelta = {Merge::kJoin, Merge::kByIndex, Merge::kJoin, kInDelta};
constexpr Named kInChoice[] = {{"delta", Merge::kJoin, &kDelta}, {"text", Merge::kJoin}};
constexpr MergeRules kChoice = {Merge::kLast, Merge::kJoin, Merge::kJoin, kInChoice};
// Random bytes against the guessing of lengths, and progress reports: a whole has neither.
constexpr Named kInChunk[] = {{"choices", Merge::kByPlace, &kChoice},
                              {"id", Merge::kFirst},
                              {"model", Merge::kFirst},
                              {"obfuscation", Merge::kDrop},
                              {"prompt_progress", Merge::kDrop}};
constexpr MergeRules kChunk = {Merge::kLast, Merge::kLast, Merge::kLast, kInChunk};

void AppendChoices(const MergedJson& choices, AppendChoice append_choice, std::string* out) {
  char before = '[';
  for (const MergedJson::Item& choice : choices.items()) {
    *out += before;
    before = ',';
    append_choice(choice.value, out);
  }
  *out += ']';
}

}  // namespace

std::optional<MergedJson> MergeChunks(std::string_view frames, TextStore* store) {
  MergedJson sum;
  MergedStream stream(http::StreamFraming::kSse,
                      [&sum](std::string_view data, MergedJson::Trace* trace) {
                        return IsDone(data) || sum.AddObject(data, kChunk, trace);
                      });
  if (!stream.Add(frames, store)) return std::nullopt;
  const MergedJson* const choices = sum.Find("choices");
  if (choices == nullptr || choices->items().empty()) return std::nullopt;
  return sum;
}

void AppendWhole(const MergedJson& chunks, std::string_view object, AppendChoice append_choice,
                 std::string* out) {
  JsonObject members(out);
  for (const MergedJson::Member& member : chunks.members()) {
    members.Begin(member.key);
    if (member.key == "object") {
      AppendQuoted(object, out);
    } else if (member.key == "choices") {
      AppendChoices(member.value, append_choice, out);
    } else {
      member.value.AppendTo(out);
    }
  }
  if (chunks.Find("object") == nullptr) members.AddText("object", object);
}

}  // namespace banto::api::openai
