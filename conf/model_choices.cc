#include "conf/model_choices.h"

#include <algorithm>

#include "conf/edit_distance.h"
#include "conf/places.h"

namespace banto::conf {
namespace {

std::string DidYouMean(const std::string& word, const std::vector<std::string_view>& known,
                       const char* otherwise) {
  const std::string_view nearest = NearestWord(word, known);
  return nearest.empty() ? otherwise : "did you mean \"" + std::string(nearest) + "\"?";
}

}  // namespace

void ModelChoices::Add(const ModelRule& rule, const TomlValue& item) {
  const auto add = [&](const ModelChoice& choice, const char* key, const Place& place) {
    named_.push_back({choice, rules_, key, place});
  };
  if (!rule.target.model.empty() || !rule.target.worker.empty())
    add(rule.target, "target", ValuePlace(&item, "target"));
  const TomlValue* const split = SectionIn(&item, "split");
  for (const SplitChoice& choice : rule.split)
    add({choice.model, ""}, "split", KeyPlace(split, choice.model));
  const TomlValue* const fallback = SectionIn(&item, "fallback");
  for (size_t i = 0; i < rule.fallback.size(); ++i)
    add(rule.fallback[i], "fallback", fallback->items.at(i).place);
  if (!rule.mirror.model.empty())
    add({rule.mirror.model, rule.mirror.worker}, "mirror",
        ValuePlace(SectionIn(&item, "mirror"), "model"));
  ++rules_;
}

void ModelChoices::Check(const std::vector<ModelRule>& rules) const {
  for (const Named& named : named_) Check(named, rules);
  for (size_t i = 0; i < rules_; ++i) CheckRepeats(i, rules[i]);
}

void ModelChoices::CheckWorker(const Named& named) const {
  std::vector<std::string_view> known;
  known.reserve(config_.workers.size());
  for (const Worker& worker : config_.workers) known.push_back(worker.name);
  if (std::find(known.begin(), known.end(), named.choice.worker) != known.end()) return;
  errors_->Add(named.place, "no worker is called \"" + named.choice.worker + "\"",
               DidYouMean(named.choice.worker, known, "name a [[workers]] of this file"));
}

// Of workers that are asked for their models it is not known yet.
bool ModelChoices::IsServed(const ModelChoice& choice) const {
  if (config_.workers.empty()) return true;  // that is an error of its own
  return std::any_of(config_.workers.begin(), config_.workers.end(), [&](const Worker& worker) {
    if (!choice.worker.empty()) return worker.name == choice.worker;  // named for it
    return worker.MayServe(choice.model);
  });
}

void ModelChoices::Check(const Named& named, const std::vector<ModelRule>& rules) const {
  const ModelChoice& choice = named.choice;
  if (!choice.worker.empty()) return CheckWorker(named);
  const auto same = [&](const ModelRule& rule) { return rule.name == choice.model; };
  const auto alias = std::find_if(rules.begin(), rules.end(), same);
  const bool itself =
      alias != rules.end() && alias - rules.begin() == static_cast<std::ptrdiff_t>(named.rule);
  // Names do not lead to names, so that none leads back to itself.
  if (alias != rules.end() && !itself && alias->is_alias()) {
    errors_->Add(named.place, "\"" + choice.model + "\" is itself a name for other models",
                 alias->target.model.empty() ? "write a model of a worker"
                                             : "write \"" + alias->target.model + "\"");
    return;
  }
  if (IsServed(choice)) return;
  std::vector<std::string_view> known;
  for (const Worker& worker : config_.workers)
    known.insert(known.end(), worker.models.begin(), worker.models.end());
  errors_->Add(named.place, "no worker of this file serves \"" + choice.model + "\"",
               DidYouMean(choice.model, known, "add it to the models of a worker"));
}

// A fall-back that was asked already would fail again.
void ModelChoices::CheckRepeats(size_t index, const ModelRule& rule) const {
  std::vector<ModelChoice> seen;
  if (rule.target == ModelChoice() && rule.split.empty()) seen.push_back({rule.name, ""});
  for (const Named& named : named_) {
    const bool asked_in_turn =
        named.key == std::string_view("target") || named.key == std::string_view("fallback");
    if (named.rule != index || !asked_in_turn) continue;
    if (std::find(seen.begin(), seen.end(), named.choice) != seen.end())
      errors_->Add(named.place, "this was asked already when it is its turn", "leave it out");
    seen.push_back(named.choice);
  }
}

}  // namespace banto::conf
