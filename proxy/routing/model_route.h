// Which [[models]] entry applies to a name, and which of its choices is whose turn. Pure.
#ifndef BANTO_PROXY_ROUTING_MODEL_ROUTE_H_
#define BANTO_PROXY_ROUTING_MODEL_ROUTE_H_

#include <cstdint>
#include <string_view>

#include "proxy/routing/snapshot.h"

namespace banto {

// Whether an entry of this name applies to the model: exactly, or as a prefix that ends in '*'. "m"
// and "m:latest" are one name, as for Ollama: workers may serve either by the other.
bool AppliesTo(std::string_view name, std::string_view model);

// Of the rules that apply to the model the first of exactly its name, otherwise that with the
// longest prefix; nullptr: none. `name_of`: a rule's name.
template <typename Rules, typename NameOf>
auto BestFor(std::string_view model, const Rules& rules, NameOf name_of) {
  const typename Rules::value_type* best = nullptr;
  for (const auto& rule : rules) {
    const std::string_view name = name_of(rule);
    if (!AppliesTo(name, model)) continue;
    if (!name.ends_with('*')) return &rule;
    if (best == nullptr || name.size() > name_of(*best).size()) best = &rule;
  }
  return best;
}

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
