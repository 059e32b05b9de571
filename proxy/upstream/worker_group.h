// The workers that can serve a request (for one model or route). An immutable part of a snapshot;
// `queue_key` names its FIFO across snapshots.
#ifndef BANTO_PROXY_UPSTREAM_WORKER_GROUP_H_
#define BANTO_PROXY_UPSTREAM_WORKER_GROUP_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/api/origin_rule.h"
#include "proxy/upstream/token_length.h"
#include "proxy/upstream/worker.h"

namespace banto::upstream {

class Balancer;

struct WorkerGroup {
  std::string name;       // "model:llama3", "route:/predict"
  std::string queue_key;  // its name; that of its local part is another
  std::string revision;   // of the model, if all its workers agree; part of the cache key
  std::vector<WorkerPtr> workers;
  // Its local ones, even if all are: whoever joins them later may not be. nullptr: none, or this is
  // such a part.
  std::shared_ptr<const WorkerGroup> local;
  bool is_local_part = false;
  std::shared_ptr<Balancer> balancer;  // synchronises itself (round robin's cursor is one atomic)
  bool learns = false;                 // what its workers serve is only known from their answers
  int queue_length_max = 1000;
  api::OriginRule origins = api::OriginRule::kSilent;  // of the strictest worker
  // Those that would have to load the model first, as far as they tell what they have in memory.
  std::vector<const WorkerState*> cold;
  std::shared_ptr<TokenLength> tokens = std::make_shared<TokenLength>();  // of its model's prompts
  uint64_t snapshot = 0;  // grows with every reload: a queue follows the newest group of its key

  // Not if the model was the last that it was asked for: then it is loading it, or has done so.
  bool IsCold(const WorkerState& worker, uint64_t model) const {
    return !cold.empty() && worker.last_model() != model &&
           std::find(cold.begin(), cold.end(), &worker) != cold.end();
  }
};
using WorkerGroupPtr = std::shared_ptr<const WorkerGroup>;

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_WORKER_GROUP_H_
