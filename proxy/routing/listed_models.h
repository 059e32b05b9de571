// Finds a worker's listed models by name: lists are long, and every name is looked up. Views into
// the facts, which must outlive it. Internal to the snapshot's builder.
#ifndef BANTO_PROXY_ROUTING_LISTED_MODELS_H_
#define BANTO_PROXY_ROUTING_LISTED_MODELS_H_

#include <string>
#include <string_view>
#include <unordered_map>

#include "health/engine_facts.h"

namespace banto {

class ListedModels {
 public:
  ListedModels() = default;
  explicit ListedModels(const health::EngineFacts* facts) {
    if (facts == nullptr) return;
    for (const health::ListedModel& model : facts->models) by_name_.emplace(model.name, &model);
  }

  // nullptr: not listed.
  const health::ListedModel* Find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }
  // For Ollama "llama3" means "llama3:latest".
  const health::ListedModel* FindTagged(const std::string& name) const {
    const health::ListedModel* const found = Find(name);
    return found != nullptr ? found : Find(name + ":latest");
  }

 private:
  std::unordered_map<std::string_view, const health::ListedModel*> by_name_;
};

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_LISTED_MODELS_H_
