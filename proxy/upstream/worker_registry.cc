#include "proxy/upstream/worker_registry.h"

#include <algorithm>

namespace banto::upstream {

std::shared_ptr<WorkerState> WorkerRegistry::Get(const std::string& name) {
  std::shared_ptr<WorkerState>& state = states_[name];
  if (state == nullptr) state = std::make_shared<WorkerState>(name, prefixes_->NewHolder());
  return state;
}

std::vector<std::string> WorkerRegistry::Retire(const std::vector<std::string>& keep) {
  std::vector<std::string> retired;
  for (auto it = states_.begin(); it != states_.end();) {
    if (std::find(keep.begin(), keep.end(), it->first) != keep.end()) {
      ++it;
      continue;
    }
    retired.push_back(it->first);
    it = states_.erase(it);
  }
  return retired;
}

}  // namespace banto::upstream
