// Which group serves a request, or why none: routes of the config by path, API requests by their
// `model`. Pure functions over a Snapshot.
#ifndef BANTO_PROXY_ROUTING_ROUTER_H_
#define BANTO_PROXY_ROUTING_ROUTER_H_

#include <string_view>

#include "proxy/api/dialect.h"
#include "proxy/http/message.h"
#include "proxy/routing/snapshot.h"
#include "proxy/routing/target.h"

namespace banto {

// What no route and no API takes: a path that leads elsewhere than it says, two callers in one
// request (400), a WebSocket (501).
Refusal RefuseUnrouted(const http::RequestHead& head);

// The [[routes]] entry for this method and path, or nullptr.
const PlainRoute* FindRoute(const Snapshot& snapshot, std::string_view method,
                            std::string_view path);

// Whether some route keeps answers for this path.
bool KeepsPath(const Snapshot& snapshot, std::string_view path);

// Whether only Ollamas serve it.
inline bool IsOllamas(const api::OperationInfo& operation) {
  return operation.dialect->natives == api::engine::kOllama;
}

// Whether somebody here may serve the operation: a path of some engine's own ("/predict" is TEI's)
// is nobody's API where that engine is not, and more likely an app's.
bool MayServe(const Snapshot& snapshot, const api::OperationInfo& operation);

// An API request by its model; without one as below.
RouteDecision RouteByModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                           std::string_view model);

// The refusal of a model that nobody serves.
Refusal NoSuchModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                    std::string_view model);

// An API request without a model: to the only one there is, else to the only workers that can be
// meant. `native_form`: it may be in the form of an API that has no models.
RouteDecision RouteUnnamed(const Snapshot& snapshot, const api::OperationInfo& operation,
                           bool native_form = true);

// Everything else: a route, or the plain workers, or 404. A browser's preflight goes where the
// request goes that it asks about (`asked_method`).
RouteDecision RoutePlain(const Snapshot& snapshot, std::string_view method, std::string_view path,
                         std::string_view asked_method = {});

// What browsers are told while no group is known; nothing where a route makes it an application's
// affair.
api::OriginRule OriginsOf(const Snapshot& snapshot, std::string_view method, std::string_view path);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_ROUTER_H_
