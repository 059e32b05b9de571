// Suggests models for a request whose model is unknown. Pure.
#ifndef BANTO_PROXY_ROUTING_NEAREST_MODELS_H_
#define BANTO_PROXY_ROUTING_NEAREST_MODELS_H_

#include <string>
#include <string_view>

#include "proxy/routing/snapshot.h"

namespace banto {

// " Nearest known: 'a', 'b', 'c'.", nearest first; empty if none is known. Bounded work, whatever
// the name and however many models there are.
std::string NearestModels(const GroupsByModel& models, std::string_view asked);

// Why there are no suggestions if no model is known at all: which workers have an empty list.
std::string NobodyListsAny(const Snapshot& snapshot, bool ollama);

// " Several are served here: 'a', 'b', …", limited to short names.
std::string SomeModels(const GroupsByModel& models);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_NEAREST_MODELS_H_
