// Which [[models]] entry applies to a name, and which of its choices is whose turn. Pure.
#ifndef BANTO_PROXY_ROUTING_MODEL_ROUTE_H_
#define BANTO_PROXY_ROUTING_MODEL_ROUTE_H_

#include <cstdint>
#include <string_view>

#include "proxy/routing/snapshot.h"

namespace banto {

// The entry for the model; nullptr: none.
const ModelRoute* FindModelRoute(const Snapshot& snapshot, std::string_view model);

// The target; of a split the one that `draw`, which is the same for all requests of one caller,
// falls to.
const ModelRouteChoice& TargetOf(const ModelRoute& rule, uint64_t draw);

bool IsFallback(const ModelRoute& rule, const ModelRouteChoice& choice);

// The fall-back whose turn it is after `choice`; nullptr: none.
const ModelRouteChoice* NextAfter(const ModelRoute& rule, const ModelRouteChoice& choice);

// The group's workers to which nothing leaves the house; nullptr: it has none.
const upstream::WorkerGroup* LocalPart(const upstream::WorkerGroup& group);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_MODEL_ROUTE_H_
