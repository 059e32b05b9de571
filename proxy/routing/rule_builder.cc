#include "proxy/routing/rule_builder.h"

#include <algorithm>

#include "conf/model_name.h"
#include "conf/own_entry.h"

namespace banto {
namespace {

// Who asks for another name asks for the same weights: what its own entry forbids is forbidden.
bool IsLocalOnly(const conf::Config& config, const std::string& model) {
  const conf::ModelRule* const rule = conf::BestFor(
      model, config.models, [](const conf::ModelRule& one) { return std::string_view(one.name); });
  return rule != nullptr && rule->local_only;
}

class Resolver {
 public:
  Resolver(const Snapshot& snapshot, const OnlyGroupOf& only) : snapshot_(snapshot), only_(only) {}

  ModelRoute Resolve(const conf::ModelRule& rule) const {
    ModelRoute route;
    route.settings = rule;
    for (const conf::SplitChoice& choice : rule.split) {
      route.targets.push_back(Choice(rule, {choice.model, ""}));
      route.targets.back().weight = choice.weight;
    }
    if (rule.split.empty()) route.targets.push_back(Choice(rule, rule.target));
    for (ModelRouteChoice& choice : route.targets) SetPrices(rule, &rule, &choice);
    for (const conf::ModelChoice& choice : rule.fallback)
      route.fallback.push_back(Choice(rule, choice));
    for (ModelRouteChoice& choice : route.fallback) SetPrices(rule, nullptr, &choice);
    const conf::ModelMirror& mirror = rule.mirror;
    if (mirror.model.empty()) return route;
    route.mirror = Choice(rule, {mirror.model, mirror.worker});
    // Nothing goes outside unless its worker is named.
    route.mirror->local_only = route.mirror->local_only || mirror.worker.empty();
    SetPrices(rule, nullptr, &*route.mirror);
    return route;
  }

 private:
  ModelRouteChoice Choice(const conf::ModelRule& rule, const conf::ModelChoice& from) const {
    ModelRouteChoice choice;
    choice.model = from.model;
    choice.local_only = rule.local_only || IsLocalOnly(*snapshot_.config, from.model);
    for (const upstream::WorkerPtr& worker : snapshot_.workers) {
      if (!from.worker.empty() && worker->name() == from.worker)
        choice.only = only_(from.model.empty() ? rule.name : from.model, worker);
    }
    return choice;
  }

  // The prices of a model stand in the entry of its own name; a target may have them in the entry
  // that leads to it.
  void SetPrices(const conf::ModelRule& from, const conf::ModelRule* leads,
                 ModelRouteChoice* choice) const {
    const std::string& model = choice->model.empty() ? from.name : choice->model;
    for (const conf::ModelRule* rule : {conf::OwnEntry(*snapshot_.config, model), leads}) {
      if (rule == nullptr) continue;
      if (!choice->price) choice->price = rule->price;
      if (!choice->reference_price) choice->reference_price = rule->reference_price;
    }
  }

  const Snapshot& snapshot_;
  const OnlyGroupOf& only_;
};

}  // namespace

std::vector<ModelRoute> ResolveRules(const Snapshot& snapshot, const OnlyGroupOf& only) {
  std::vector<ModelRoute> rules;
  const Resolver resolver(snapshot, only);
  for (const conf::ModelRule& rule : snapshot.config->models)
    rules.push_back(resolver.Resolve(rule));
  return rules;
}

}  // namespace banto
