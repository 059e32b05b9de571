// Suggests models for a request whose model is unknown. Pure.
#ifndef BANTO_PROXY_ROUTING_NEAREST_MODELS_H_
#define BANTO_PROXY_ROUTING_NEAREST_MODELS_H_

#include <string>
#include <string_view>

#include "proxy/routing/snapshot.h"

namespace banto {

// " Nearest known: 'a', 'b', 'c'.", nearest first, of the names that may be asked for; if there are
// none, why. Bounded work, whatever the name and however many models there are.
std::string NearestModels(const Snapshot& snapshot, bool ollama, std::string_view asked);

// " Several are served here: 'a', 'b', …", limited to short names.
std::string SomeModels(const GroupsByModel& models);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_NEAREST_MODELS_H_
