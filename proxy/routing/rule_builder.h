// Resolves the [[models]] entries of a configuration for a Snapshot. Internal to its builder.
#ifndef BANTO_PROXY_ROUTING_RULE_BUILDER_H_
#define BANTO_PROXY_ROUTING_RULE_BUILDER_H_

#include <functional>
#include <string>
#include <vector>

#include "proxy/routing/snapshot.h"

namespace banto {

// `only`: makes the group of one worker that is named for a model.
using OnlyGroupOf =
    std::function<upstream::WorkerGroupPtr(const std::string&, const upstream::WorkerPtr&)>;
std::vector<ModelRoute> ResolveRules(const Snapshot& snapshot, const OnlyGroupOf& only);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_RULE_BUILDER_H_
