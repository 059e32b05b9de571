// Which group serves a request, or why none: routes of the config by path, API requests by their
// `model`. Pure functions over a Snapshot.
#ifndef BANTO_PROXY_ROUTER_H_
#define BANTO_PROXY_ROUTER_H_

#include <string>
#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/http/message.h"
#include "proxy/snapshot.h"

namespace banto {

struct RouteDecision {
  const upstream::WorkerGroup* group = nullptr;  // of the snapshot; nullptr: refused, see below
  const PlainRoute* route = nullptr;             // the [[routes]] entry that named it, if one did
  std::string model;                             // as routed; empty for plain requests
  bool model_known = false;                      // it may be a label of a metric
  int status = 0;                                // refusal
  const char* code = "";
  std::string message;
  std::string allow;  // 405: the path's methods
};

// What no route and no API takes: a path that leads elsewhere than it says, two callers in one
// request (400), a WebSocket (501). Status 0: neither.
RouteDecision RefuseUnrouted(const http::RequestHead& head);

// The [[routes]] entry for this method and path, or nullptr.
const PlainRoute* FindRoute(const Snapshot& snapshot, std::string_view method,
                            std::string_view path);

// Whether some route keeps answers for this path.
bool KeepsPath(const Snapshot& snapshot, std::string_view path);

// An API request by its model. An absent model goes to the only one there is.
RouteDecision RouteByModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                           std::string_view model);

// The refusal of a model that nobody serves.
RouteDecision NoSuchModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                          std::string_view model);

// Everything else: a route, or the plain workers, or 404.
RouteDecision RoutePlain(const Snapshot& snapshot, std::string_view method, std::string_view path);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTER_H_
