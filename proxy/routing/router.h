// Whether a request is for an API, and which group serves it otherwise: by the path, or why none
// does. Pure functions over a Snapshot.
#ifndef BANTO_PROXY_ROUTING_ROUTER_H_
#define BANTO_PROXY_ROUTING_ROUTER_H_

#include <string_view>

#include "proxy/api/dialect.h"
#include "proxy/http/message.h"
#include "proxy/routing/snapshot.h"
#include "proxy/routing/target.h"

namespace banto {

// Requests that no route and no API accepts: a path with dot segments, two callers in one request
// (400), a WebSocket (501).
Refusal RefuseUnrouted(const http::RequestHead& head);

// The [[routes]] entry for this method and path, or nullptr.
const PlainRoute* FindRoute(const Snapshot& snapshot, std::string_view method,
                            std::string_view path);

// Whether any route caches answers for this path.
bool KeepsPath(const Snapshot& snapshot, std::string_view path);

// Whether it is of Ollama's own API.
inline bool IsOllamas(const api::OperationInfo& operation) {
  return operation.dialect->natives == api::engine::kOllama;
}
// Whether only Ollamas serve it: no other engine can be asked for it in its own words.
inline bool OnlyOllamasServe(const api::OperationInfo& operation) {
  return IsOllamas(operation) && operation.codec == nullptr;
}

// Whether a worker here may serve the operation: a path specific to some engine ("/predict" is
// TEI's) is more likely an app's if no such engine is configured.
bool MayServe(const Snapshot& snapshot, const api::OperationInfo& operation);

// Everything else: a route, the plain workers, or 404. A browser's preflight is routed like the
// request that it announces (`asked_method`).
RouteDecision RoutePlain(const Snapshot& snapshot, std::string_view method, std::string_view path,
                         std::string_view asked_method = {});

// The CORS rule while no group is known; none if a route makes it the application's concern.
api::OriginRule OriginsOf(const Snapshot& snapshot, std::string_view method, std::string_view path);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_ROUTER_H_
