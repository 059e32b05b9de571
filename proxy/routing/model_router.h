// Which group serves an API request: by its model and what [[models]] says of that, or why none
// does. Pure functions over a Snapshot.
#ifndef BANTO_PROXY_ROUTING_MODEL_ROUTER_H_
#define BANTO_PROXY_ROUTING_MODEL_ROUTER_H_

#include <cstdint>
#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/routing/snapshot.h"
#include "proxy/routing/target.h"

namespace banto {

// Routes an API request by its model, or as below if it has none: as [[models]] says, otherwise to
// those who serve it. `draw`: see TargetOf.
RouteDecision RouteByModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                           std::string_view model, uint64_t draw = 0);

// Where the next fall-back leads that somebody within `reach` serves, after the one in `target`,
// for a client who asks for `model`. Without a group: nowhere.
RouteDecision RouteToNext(const Snapshot& snapshot, const api::OperationInfo& operation,
                          const Target& target, std::string_view model, Reach reach);

// Where copies for the mirror of a target's entry go. No group: nowhere.
RouteDecision RouteToMirror(const Snapshot& snapshot, const api::OperationInfo& operation,
                            const ModelRoute& rule);

// The refusal of an unknown model.
Refusal NoSuchModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                    std::string_view model);

// Routes an API request without a model: to the only model there is, else to the only workers that
// can be meant. `native_form`: it may be in the form of an API without models.
RouteDecision RouteUnnamed(const Snapshot& snapshot, const api::OperationInfo& operation,
                           bool native_form = true);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_MODEL_ROUTER_H_
