#include "proxy/api/native/generation.h"

#include "proxy/api/json_each.h"
#include "proxy/api/usage_reader.h"

namespace banto::api::native {
namespace {

using End = Generation::End;
using Engine = Generation::Engine;

// The members that tell, of whichever engine.
struct Words {
  // llama.cpp (tools/server/server-task.cpp); the older form has a flag for each reason.
  RawJson content, stop, stop_type, truncated, stopped_limit, stopped_eos, stopped_word;
  RawJson evaluated, predicted;
  // TGI (router/src/lib.rs)
  RawJson generated_text, token, details;
  // SGLang (managers/tokenizer_manager.py)
  RawJson text, output_ids, meta_info;
  RawJson index;
};

void Take(std::string_view key, RawJson value, Words* words) {
  struct Name {
    std::string_view key;
    RawJson Words::*value;
  };
  constexpr Name kNames[] = {
      {"content", &Words::content},
      {"stop", &Words::stop},
      {"stop_type", &Words::stop_type},
      {"truncated", &Words::truncated},
      {"stopped_limit", &Words::stopped_limit},
      {"stopped_eos", &Words::stopped_eos},
      {"stopped_word", &Words::stopped_word},
      {"tokens_evaluated", &Words::evaluated},
      {"tokens_predicted", &Words::predicted},
      {"generated_text", &Words::generated_text},
      {"token", &Words::token},
      {"details", &Words::details},
      {"text", &Words::text},
      {"output_ids", &Words::output_ids},
      {"meta_info", &Words::meta_info},
      {"index", &Words::index},
  };
  for (const Name& name : kNames) {
    if (name.key == key) words->*name.value = value;
  }
}

// The reason's word in any of these engines' languages.
End EndOf(std::string_view word) {
  if (word == "limit" || word == "length") return End::kLength;
  for (const std::string_view good : {"eos", "word", "eos_token", "stop_sequence", "stop"}) {
    if (word == good) return End::kGood;
  }
  return End::kOther;
}

void ReadLlamaCpp(const Words& words, Generation* generation) {
  generation->engine = Engine::kLlamaCpp;
  generation->says = json::HasSubstance(words.content);
  if (words.stop != "true") return;
  generation->usage = {json::IntegerOr(words.evaluated, -1), json::IntegerOr(words.predicted, -1)};
  if (!words.stop_type.empty()) {
    generation->end = EndOf(json::Unquoted(words.stop_type));
  } else if (words.stopped_limit == "true") {
    generation->end = End::kLength;
  } else {
    const bool good = words.stopped_eos == "true" || words.stopped_word == "true";
    generation->end = good ? End::kGood : End::kOther;
  }
  // The context was full, whatever else was asked.
  if (words.truncated == "true") generation->end = End::kOther;
}

void ReadTgi(const Words& words, Generation* generation) {
  generation->engine = Engine::kTgi;
  generation->says = json::HasSubstance(words.generated_text) || json::HasSubstance(words.token);
  if (!words.generated_text.starts_with('"')) return;
  // Without details, which a whole answer only has when they are asked for, nobody can say more.
  generation->end = End::kGood;
  EachMember(words.details, [&](std::string_view key, RawJson value) {
    if (key == "finish_reason") generation->end = EndOf(json::Unquoted(value));
    if (key == "generated_tokens") generation->usage.output_tokens = json::IntegerOr(value, -1);
    if (key == "input_length") generation->usage.input_tokens = json::IntegerOr(value, -1);
  });
}

void ReadSglang(const Words& words, Generation* generation) {
  generation->engine = Engine::kSglang;
  generation->says = json::HasSubstance(words.text) || json::HasSubstance(words.output_ids);
  EachMember(words.meta_info, [&](std::string_view key, RawJson value) {
    if (key == "id" && words.index.empty()) generation->id = json::Unquoted(value);
    if (key != "finish_reason") return;
    std::string_view type = json::Unquoted(value);
    EachMember(value, [&type](std::string_view name, RawJson inner) {
      if (name == "type") type = json::Unquoted(inner);
    });
    generation->end = EndOf(type);
  });
  ReadUsage(words.meta_info, &generation->usage);
}

}  // namespace

Generation ReadGeneration(std::string_view text) {
  Generation generation;
  Words words;
  json::JsonCursor json(text);
  std::string_view key;
  if (!json.EnterObject()) return generation;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "error") generation.is_error = generation.is_error || json::HasSubstance(value);
    if (key == "object" || key == "type")
      generation.is_error = generation.is_error || value == "\"error\"";
    if (value != "null") Take(key, value, &words);
  }
  generation.is_json = json.Finish();
  generation.utf8_ok = json.utf8_ok();
  if (words.meta_info.starts_with('{')) {
    ReadSglang(words, &generation);
  } else if (!words.generated_text.empty() || !words.token.empty()) {
    ReadTgi(words, &generation);
  } else if (!words.stop.empty() && !words.content.empty()) {
    ReadLlamaCpp(words, &generation);
  }
  // TGI numbers its tokens, not its texts.
  if (generation.engine != Engine::kTgi) generation.index = json::IntegerOr(words.index, 0);
  return generation;
}

}  // namespace banto::api::native
