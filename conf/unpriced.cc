#include "conf/unpriced.h"

#include <algorithm>
#include <string>

#include "conf/external.h"
#include "conf/own_entry.h"
#include "conf/places.h"

namespace banto::conf {
namespace {

bool HasPrice(const Config& config, const std::string& model) {
  const ModelRule* const own = OwnEntry(config, model);
  return own != nullptr && own->price.has_value();
}

// The external worker that it means; nullptr: none.
const Worker* ExternalOf(const Config& config, const ModelChoice& choice) {
  const auto found =
      std::find_if(config.workers.begin(), config.workers.end(), [&choice](const Worker& worker) {
        return !choice.worker.empty() && worker.name == choice.worker && IsExternal(worker);
      });
  return found == config.workers.end() ? nullptr : &*found;
}

void Warn(const Worker& worker, const std::string& model, const Place& place, ErrorList* warnings) {
  warnings->Add(
      place,
      "what \"" + model + "\" of the external worker \"" + worker.name +
          "\" costs is not counted: it has no price",
      "add [[models]] with name = \"" + model + "\" and price = { input = 0.80, output = 4.00 }");
}

}  // namespace

void WarnOfUnpriced(const Config& config, const TomlValue* root, ErrorList* warnings) {
  for (size_t i = 0; i < config.workers.size(); ++i) {
    const Worker& worker = config.workers[i];
    if (!IsExternal(worker)) continue;
    for (const std::string& model : worker.models) {
      if (model != "*" && !HasPrice(config, model))
        Warn(worker, model, KeyPlace(ItemIn(root, "workers", i), "models"), warnings);
    }
  }
  for (size_t i = 0; i < config.models.size(); ++i) {
    const ModelRule& rule = config.models[i];
    const auto check = [&](const ModelChoice& choice, const char* key, bool has_price) {
      const Worker* const worker = ExternalOf(config, choice);
      const std::string& model = choice.model.empty() ? rule.name : choice.model;
      if (worker == nullptr || has_price || HasPrice(config, model)) return;
      Warn(*worker, model, KeyPlace(ItemIn(root, "models", i), key), warnings);
    };
    check(rule.target, "target", rule.price.has_value());
    for (const ModelChoice& choice : rule.fallback) check(choice, "fallback", false);
    check({rule.mirror.model, rule.mirror.worker}, "mirror", false);
  }
}

}  // namespace banto::conf
