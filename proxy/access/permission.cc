#include "proxy/access/permission.h"

#include <algorithm>
#include <vector>

#include "conf/model_name.h"

namespace banto::access {

bool MayAsk(const conf::AccessKey& key, std::string_view model) {
  return std::any_of(key.models.begin(), key.models.end(), [model](const std::string& pattern) {
    return conf::MatchesModel(pattern, model);
  });
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
