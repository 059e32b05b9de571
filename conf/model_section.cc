// ReadModels: [[models]].
#include <algorithm>
#include <optional>
#include <utility>

#include "conf/model_choices.h"
#include "conf/model_name.h"
#include "conf/sections.h"
#include "conf/type_advice.h"
#include "conf/worker_rules.h"

namespace banto::conf {
namespace {

constexpr size_t kFallbacksMax = 16;

// "m" and "m:latest" are one.
bool IsSameName(const std::string& a, const std::string& b) {
  return a == b || (!a.ends_with('*') && !b.ends_with('*') && MatchesModel(a, b));
}

void CheckName(const SectionReader& reader, const std::string& name) {
  if (!reader.Has("name")) {
    reader.Error("name", "this model has no name", "add name = \"what-clients-ask-for\"");
  } else if (reader.Took("name") && !IsModelName(name)) {
    reader.Error("name", "a model's name is one line of text", "write what clients ask for");
  } else if (name.find('*') < name.size() - 1) {
    reader.Error("name", "\"*\" is allowed only at the end of a name",
                 "write \"" + name.substr(0, name.find('*') + 1) + "\"");
  }
}

// The client decides how it wants its answer, and the name has keys of its own.
void CheckMembers(const SectionReader& reader, const char* key, const JsonMembers& members) {
  for (const auto& [name, value] : members.list) {
    const TomlEntry* const entry = reader.table().Find(key)->value.Find(name);
    if (name == "model") {
      reader.ErrorAt(entry->key_place, "the model is not set here", "use target");
    } else if (name == "stream") {
      reader.ErrorAt(entry->key_place, "the client decides whether it wants a stream",
                     "leave it out");
    }
  }
}

void CheckStrip(const SectionReader& reader, const ModelRule& rule) {
  for (size_t i = 0; i < rule.strip.size(); ++i) {
    const std::string& name = rule.strip[i];
    const Place place = reader.PlaceOfItem("strip", i);
    const auto gives = [&name](const JsonMembers& members) {
      return std::any_of(members.list.begin(), members.list.end(),
                         [&name](const auto& member) { return member.first == name; });
    };
    if (name == "model" || name == "stream") {
      reader.ErrorAt(place, "no request is without it", "leave it out");
    } else if (gives(rule.set) || gives(rule.defaults)) {
      reader.ErrorAt(place, "\"" + name + "\" is both given and taken out", "keep one of them");
    }
  }
}

std::optional<SectionReader> SubTable(const SectionReader& outer, const char* key,
                                      std::string_view section, const ReadContext& context,
                                      const Parts& parts) {
  const TomlEntry* const entry = outer.table().Find(key);
  if (entry == nullptr) return std::nullopt;
  if (entry->value.type != TomlValue::Type::kTable) {
    const KeyRule& rule = *FindRule("models", key);
    outer.Error(key, ExpectedType(rule), CorrectedValue(rule, entry->value));
    return std::nullopt;
  }
  if (entry->value.entries.empty()) return std::nullopt;
  return SectionReader(section, entry->value, context, parts);
}

void ReadPrice(const SectionReader& outer, const char* key, const ReadContext& context,
               std::optional<Price>* price) {
  Price read;
  const auto reader = SubTable(outer, key, "models.price", context, {.price = &read});
  if (!reader) return;
  if (!reader->Has("input") && !reader->Has("output"))
    outer.Error(key, "this price has neither input nor output",
                "write { input = 0.80, output = 4.00 }");
  *price = read;
}

void ReadMirror(const SectionReader& outer, const ReadContext& context, ModelRule* rule) {
  const auto reader = SubTable(outer, "mirror", "models.mirror", context, {.model = rule});
  if (!reader) return;
  if (!reader->Has("model"))
    return outer.Error("mirror", "this mirror has no model", "add model = \"name\"");
  if (reader->Took("share") && rule->mirror.share <= 0)
    reader->Error("share", "no request would be copied", "leave mirror out");
}

void ReadTimeouts(const SectionReader& outer, const ReadContext& context, const Timeouts& general,
                  ModelRule* rule) {
  SubTable(outer, "timeouts", "models.timeouts", context, {.model = rule});
  const ModelTimeouts& own = rule->own_timeouts;
  rule->timeouts = general;
  const auto apply = [](int64_t ms, int64_t* general_ms) {
    if (ms >= 0) *general_ms = ms;
  };
  apply(own.first_byte_ms, &rule->timeouts.first_byte_ms);
  apply(own.first_token_ms, &rule->timeouts.first_token_ms);
  apply(own.idle_ms, &rule->timeouts.idle_ms);
  apply(own.total_ms, &rule->timeouts.total_ms);
}

void CheckChoices(const SectionReader& reader, const ModelRule& rule) {
  if (rule.fallback.size() > kFallbacksMax)
    reader.Error("fallback", "nobody waits for that many models",
                 "name at most " + std::to_string(kFallbacksMax));
  if (reader.Has("target") && reader.Has("split"))
    reader.Error("split", "a model has either target or split", "leave one out");
  if (reader.Has("fallback_after") && !reader.Has("fallback"))
    reader.Error("fallback_after", "there is no fallback to ask after it",
                 "add fallback = [\"model\"]");
}

}  // namespace

void ReadModels(const TomlValue& list, const ReadContext& context, Config* config) {
  ModelChoices choices(*config, context.errors);
  std::vector<Place> places;
  for (const TomlValue& item : list.items) {
    if (item.type != TomlValue::Type::kTable) {
      context.errors->Add(item.place, "each model is a table", "write [[models]] and name = \"…\"");
      continue;
    }
    ModelRule rule;
    rule.cache.sampled = config->cache.sampled;
    const SectionReader reader("models", item, context, {.config = config, .model = &rule});
    CheckName(reader, rule.name);
    CheckMembers(reader, "set", rule.set);
    CheckMembers(reader, "default", rule.defaults);
    CheckStrip(reader, rule);
    ReadMirror(reader, context, &rule);
    SubTable(reader, "cache", "models.cache", context, {.model = &rule});
    ReadTimeouts(reader, context, config->timeouts, &rule);
    ReadPrice(reader, "price", context, &rule.price);
    ReadPrice(reader, "reference_price", context, &rule.reference_price);
    CheckChoices(reader, rule);
    for (size_t i = 0; i < config->models.size(); ++i) {
      if (rule.name.empty() || !IsSameName(config->models[i].name, rule.name)) continue;
      reader.Error("name",
                   "two entries are for the same name (the first on line " +
                       std::to_string(places[i].line) + ")",
                   "leave one out");
      break;
    }
    places.push_back(reader.PlaceOf("name"));
    choices.Add(rule, item);
    config->models.push_back(std::move(rule));
  }
  choices.Check(config->models);
}

}  // namespace banto::conf
