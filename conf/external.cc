#include "conf/external.h"

#include <algorithm>

#include "proxy/api/engine_traits.h"

namespace banto::conf {
namespace {

// Calls visit(choice) for each model that the rule leads to, until one is true.
template <typename Visit>
bool AnyChoice(const ModelRule& rule, Visit visit) {
  if (visit(rule.target) || std::any_of(rule.fallback.begin(), rule.fallback.end(), visit))
    return true;
  const bool split =
      std::any_of(rule.split.begin(), rule.split.end(), [&](const SplitChoice& share) {
        return visit(ModelChoice{share.model, ""});
      });
  // A mirror that leaves its worker open means those at home.
  const ModelMirror& mirror = rule.mirror;
  return split || (!mirror.worker.empty() && visit(ModelChoice{mirror.model, mirror.worker}));
}

// An Ollama lists "m:latest" for what everybody calls "m".
bool IsSame(std::string_view named, std::string_view model) {
  constexpr std::string_view kLatest = ":latest";
  if (!model.starts_with(named)) return false;
  return model.size() == named.size() || model.substr(named.size()) == kLatest;
}

}  // namespace

bool IsExternal(const Worker& worker, api::WorkerKind kind) {
  return worker.external.value_or(api::TraitsOf(kind).is_external);
}

bool NamesForAll(const Config& config, const Worker& worker, std::string_view model) {
  if (!worker.models.empty()) return worker.MayServe(model);
  return std::any_of(config.models.begin(), config.models.end(), [model](const ModelRule& rule) {
    return AnyChoice(rule, [model](const ModelChoice& choice) {
      return choice.worker.empty() && !choice.model.empty() && IsSame(choice.model, model);
    });
  });
}

bool MayNameAny(const Config& config, const Worker& worker) {
  if (MayNameAnyForAll(config, worker)) return true;
  return std::any_of(config.models.begin(), config.models.end(), [&](const ModelRule& rule) {
    return AnyChoice(rule, [&](const ModelChoice& choice) { return choice.worker == worker.name; });
  });
}

bool MayNameAnyForAll(const Config& config, const Worker& worker) {
  if (!worker.models.empty()) return true;
  return std::any_of(config.models.begin(), config.models.end(), [](const ModelRule& rule) {
    return AnyChoice(rule, [](const ModelChoice& choice) {
      return choice.worker.empty() && !choice.model.empty();
    });
  });
}

}  // namespace banto::conf
