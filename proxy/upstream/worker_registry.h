// Owns the process's WorkerStates by name, across reloads. A removed worker is retired: forgotten
// here, alive while an InFlight or a snapshot holds it. Main thread.
#ifndef BANTO_PROXY_UPSTREAM_WORKER_REGISTRY_H_
#define BANTO_PROXY_UPSTREAM_WORKER_REGISTRY_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proxy/upstream/prefix_index.h"
#include "proxy/upstream/worker.h"

namespace banto::upstream {

class WorkerRegistry {
 public:
  // Finds or creates the state called `name`.
  std::shared_ptr<WorkerState> Get(const std::string& name);
  // What their workers have in their KV caches.
  const PrefixIndex& prefixes() const { return *prefixes_; }
  // Forgets all states except those named. Returns the names that were retired.
  std::vector<std::string> Retire(const std::vector<std::string>& keep);

 private:
  const std::shared_ptr<PrefixIndex> prefixes_ = std::make_shared<PrefixIndex>();
  std::map<std::string, std::shared_ptr<WorkerState>> states_;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_WORKER_REGISTRY_H_
