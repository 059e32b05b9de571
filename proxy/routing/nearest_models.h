// Which model a client may have meant that asked for one nobody serves. Pure.
#ifndef BANTO_PROXY_ROUTING_NEAREST_MODELS_H_
#define BANTO_PROXY_ROUTING_NEAREST_MODELS_H_

#include <string>
#include <string_view>

#include "proxy/routing/snapshot.h"

namespace banto {

// " Nearest known: 'a', 'b', 'c'.", the nearest first; empty where none is known. Bounded work,
// whatever the name and however many there are.
std::string NearestModels(const GroupsByModel& models, std::string_view asked);

// Why there can be none, where no model is known at all: who has a list there, has an empty one.
std::string NobodyListsAny(const Snapshot& snapshot, bool ollama);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_NEAREST_MODELS_H_
