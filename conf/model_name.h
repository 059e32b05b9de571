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

}  // namespace banto::conf

#endif  // BANTO_CONF_MODEL_NAME_H_
