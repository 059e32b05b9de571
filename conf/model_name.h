// How names of models in the configuration meet those that are asked for. Pure.
#ifndef BANTO_CONF_MODEL_NAME_H_
#define BANTO_CONF_MODEL_NAME_H_

#include <string_view>

namespace banto::conf {

// Ollama's clients write "m" for "m:latest": both are one name.
inline std::string_view WithoutLatest(std::string_view name) {
  constexpr std::string_view kLatest = ":latest";
  if (name.ends_with(kLatest)) name.remove_suffix(kLatest.size());
  return name;
}

// `pattern`: a name, or a prefix that ends in '*'.
inline bool MatchesModel(std::string_view pattern, std::string_view model) {
  if (pattern.ends_with('*')) return model.starts_with(pattern.substr(0, pattern.size() - 1));
  return WithoutLatest(pattern) == WithoutLatest(model);
}

// Whether an entry of this name applies to the model: exactly, or as a prefix that ends in '*'. "m"
// and "m:latest" are one name, as for Ollama: workers may serve either by the other.
inline bool AppliesTo(std::string_view name, std::string_view model) {
  if (MatchesModel(name, model)) return true;
  if (!name.ends_with('*')) return false;
  name.remove_suffix(1);
  return WithoutLatest(model) == WithoutLatest(name);
}

// Of the rules that apply to the model the first of exactly its name, otherwise that with the
// longest prefix; nullptr: none. `name_of`: a rule's name.
template <typename Rules, typename NameOf>
auto BestFor(std::string_view model, const Rules& rules, NameOf name_of) {
  const typename Rules::value_type* best = nullptr;
  for (const auto& rule : rules) {
    const std::string_view name = name_of(rule);
    if (!AppliesTo(name, model)) continue;
    if (!name.ends_with('*')) return &rule;
    if (best == nullptr || name.size() > name_of(*best).size()) best = &rule;
  }
  return best;
}

}  // namespace banto::conf

#endif  // BANTO_CONF_MODEL_NAME_H_
