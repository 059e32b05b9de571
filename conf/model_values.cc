#include "conf/model_values.h"

#include <utility>

#include "conf/json_value.h"
#include "conf/text_value.h"
#include "conf/worker_rules.h"

namespace banto::conf {

bool ReadModelValue(const TomlValue& value, ErrorList* errors, ModelChoice* out) {
  const auto wrong = [errors](const Place& place, std::string message, std::string hint) {
    errors->Add(place, std::move(message), std::move(hint));
    return false;
  };
  const bool is_table = value.type == TomlValue::Type::kTable;
  if (!is_table && value.type != TomlValue::Type::kString) {
    const std::string hint = "write \"model\", or { worker = \"name\", model = \"model\" }";
    return wrong(value.place, "a model is its name, or a table of worker and model", hint);
  }
  ModelChoice choice;
  if (!is_table && !ExpandText(value, errors, &choice.model)) return false;
  for (const TomlEntry& entry : value.entries) {
    const bool known = entry.key == "model" || entry.key == "worker";
    if (!known)
      return wrong(entry.key_place, "unknown key \"" + entry.key + "\"",
                   "known here: worker, model");
    if (entry.value.type != TomlValue::Type::kString)
      return wrong(entry.value.place, "\"" + entry.key + "\" is a string", "put it between quotes");
    if (!ExpandText(entry.value, errors, entry.key == "model" ? &choice.model : &choice.worker))
      return false;
  }
  if (choice.model.empty() && choice.worker.empty())
    return wrong(value.place, "this names no model", "write \"model\"");
  if (!choice.model.empty() && !IsModelName(choice.model))
    return wrong(value.place, "a model's name is one line of text", "write \"model\"");
  *out = std::move(choice);
  return true;
}

bool ReadModelValue(const TomlValue& value, ErrorList* errors, std::vector<ModelChoice>* out) {
  bool ok = true;
  for (const TomlValue& item : value.items) {
    ModelChoice choice;
    if (ReadModelValue(item, errors, &choice)) {
      out->push_back(std::move(choice));
    } else {
      ok = false;
    }
  }
  return ok;
}

bool ReadModelValue(const TomlValue& value, ErrorList* errors, std::vector<SplitChoice>* out) {
  constexpr int64_t kWeightMax = 1'000'000;
  for (const TomlEntry& entry : value.entries) {
    const bool whole = entry.value.type == TomlValue::Type::kInteger;
    if (!whole || entry.value.integer < 0 || entry.value.integer > kWeightMax) {
      errors->Add(entry.value.place, "a share is a whole number, 0 to 1000000",
                  "write split = { \"model\" = 90, \"other\" = 10 }");
      return false;
    }
    if (entry.value.integer > 0) out->push_back({entry.key, static_cast<int>(entry.value.integer)});
  }
  if (!out->empty()) return true;
  errors->Add(value.place, "nothing has a share",
              "write split = { \"model\" = 90, \"other\" = 10 }");
  return false;
}

bool ReadModelValue(const TomlValue& value, ErrorList* errors, JsonMembers* out) {
  for (const TomlEntry& entry : value.entries) {
    std::string text;
    if (!AppendJson(entry.value, errors, &text)) return false;
    out->list.emplace_back(entry.key, std::move(text));
  }
  return true;
}

}  // namespace banto::conf
