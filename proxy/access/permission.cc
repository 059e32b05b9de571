#include "proxy/access/permission.h"

#include <algorithm>
#include <vector>

namespace banto::access {
namespace {

constexpr std::string_view kLatest = ":latest";

std::string_view WithoutLatest(std::string_view name) {
  if (name.ends_with(kLatest)) name.remove_suffix(kLatest.size());
  return name;
}

bool Matches(std::string_view pattern, std::string_view model) {
  if (pattern.ends_with('*')) return model.starts_with(pattern.substr(0, pattern.size() - 1));
  return WithoutLatest(pattern) == WithoutLatest(model);
}

}  // namespace

bool MayAsk(const conf::AccessKey& key, std::string_view model) {
  return std::any_of(key.models.begin(), key.models.end(),
                     [model](const std::string& pattern) { return Matches(pattern, model); });
}

bool MayAskAny(const conf::AccessKey& key) {
  return std::find(key.models.begin(), key.models.end(), "*") != key.models.end();
}

std::string PermissionsOf(const conf::AccessKey& key) {
  std::vector<std::string> models = key.models;
  std::sort(models.begin(), models.end());
  models.erase(std::unique(models.begin(), models.end()), models.end());
  std::string text = key.external ? "external" : "local";
  // A model's name has no line ends.
  for (const std::string& model : models) text.append("\n").append(model);
  return text;
}

}  // namespace banto::access
