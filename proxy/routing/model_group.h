// What the workers of one model's group tell of it: which weights, and who has them in memory.
// Pure.
#ifndef BANTO_PROXY_ROUTING_MODEL_GROUP_H_
#define BANTO_PROXY_ROUTING_MODEL_GROUP_H_

#include <map>
#include <string>
#include <vector>

#include "proxy/routing/listed_models.h"
#include "proxy/upstream/worker.h"

namespace banto {

using ListedByWorker = std::map<std::string, ListedModels>;

// The revision of `model` if all workers agree; a mixture combines all of them, so that answers of
// different weights are never confused.
std::string RevisionOf(const std::string& model, const std::vector<upstream::WorkerPtr>& workers,
                       const ListedByWorker& listed);

// Those that would have to load it first. Of workers that do not tell what they have loaded it is
// not assumed.
std::vector<const upstream::WorkerState*> ColdOf(const std::string& model,
                                                 const std::vector<upstream::WorkerPtr>& workers,
                                                 const ListedByWorker& listed);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_MODEL_GROUP_H_
