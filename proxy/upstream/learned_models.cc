#include "proxy/upstream/learned_models.h"

#include <algorithm>

namespace banto::upstream {

void LearnedModels::Learn(std::string_view model, int64_t now_ms) {
  if (model.empty() || model.size() > kNameBytesMax) return;
  std::lock_guard lock(mutex_);
  const auto found = until_ms_.find(model);
  if (found != until_ms_.end()) {
    found->second = now_ms + kKeptMs;
    return;
  }
  if (until_ms_.size() >= kModelsMax) {
    until_ms_.erase(
        std::min_element(until_ms_.begin(), until_ms_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; }));
  }
  until_ms_.emplace(model, now_ms + kKeptMs);
}

std::vector<std::string> LearnedModels::Known(int64_t now_ms) const {
  std::vector<std::string> names;
  std::lock_guard lock(mutex_);
  for (const auto& [name, until_ms] : until_ms_) {
    if (until_ms > now_ms) names.push_back(name);
  }
  return names;
}

}  // namespace banto::upstream
