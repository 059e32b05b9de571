#include "proxy/routing/router.h"

#include <algorithm>

#include "proxy/api/hub.h"
#include "proxy/api/unknown_path.h"
#include "proxy/http/short_text.h"

namespace banto {
namespace {

bool PathMatches(const std::string& pattern, std::string_view path) {
  if (pattern.ends_with('*'))
    return path.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
  return path == pattern;
}

// The methods allowed at a path of a route or an API (RFC 9110 §15.5.6).
std::string AllowedMethods(const Snapshot& snapshot, std::string_view path) {
  std::string allow;
  if (MayServe(snapshot, *api::FindOperation("POST", path))) allow = api::KnownMethods(path);
  for (const PlainRoute& route : snapshot.routes) {
    if (!PathMatches(route.settings.path, path)) continue;
    for (const std::string& method : route.settings.methods) {
      if (http::ListHasToken(allow, method)) continue;
      allow.append(allow.empty() ? "" : ", ").append(method);
    }
  }
  return allow;
}

// RFC 6455 §4.1. Other upgrades are ignored, as RFC 9110 §7.8 allows: h2c, TLS, and any in
// HTTP/1.0.
bool OpensWebSocket(const http::RequestHead& head) {
  return head.method() == "GET" && head.minor_version() > 0 &&
         head.HasToken(http::FieldName::kUpgrade, "websocket") &&
         head.HasToken(http::FieldName::kConnection, "upgrade");
}

}  // namespace

Refusal RefuseUnrouted(const http::RequestHead& head) {
  if (head.has_dot_segment()) {
    return {400,
            "dot_segment",
            "The path has a segment \".\" or \"..\": write the path that is meant.",
            {},
            0};
  }
  // RFC 9110 §5.3, §11.6.2: a single field. Which of two a worker would believe is unknown.
  if (head.repeats_authorization()) {
    return {400, "repeated_authorization", "The request has more than one Authorization.", {}, 0};
  }
  if (!OpensWebSocket(head)) return {};
  // Forwarded without its Upgrade it would fail at the worker, which cannot know why.
  return {501,
          "websocket_not_supported",
          "WebSocket tunnels are not built yet: this has to go to the worker directly.",
          {},
          0};
}

const PlainRoute* FindRoute(const Snapshot& snapshot, std::string_view method,
                            std::string_view path) {
  for (const PlainRoute& route : snapshot.routes) {
    if (!PathMatches(route.settings.path, path)) continue;
    const auto& methods = route.settings.methods;
    if (methods.empty() || std::find(methods.begin(), methods.end(), method) != methods.end())
      return &route;
  }
  return nullptr;
}

bool KeepsPath(const Snapshot& snapshot, std::string_view path) {
  return std::any_of(snapshot.routes.begin(), snapshot.routes.end(), [path](const PlainRoute& r) {
    return r.settings.cache.enabled && PathMatches(r.settings.path, path);
  });
}

bool MayServe(const Snapshot& snapshot, const api::OperationInfo& operation) {
  using api::engine::kUnknown;
  if (!operation.inference || IsOllamas(operation)) return true;
  if ((operation.engines & (snapshot.engines | kUnknown)) != 0) return true;
  if (operation.codec != nullptr && api::CanBeAsked(operation, snapshot.engines)) return true;
  return (snapshot.engines & kUnknown) != 0 && !snapshot.plain;
}

api::OriginRule OriginsOf(const Snapshot& snapshot, std::string_view method,
                          std::string_view path) {
  const bool routed = std::any_of(
      snapshot.routes.begin(), snapshot.routes.end(),
      [path](const PlainRoute& route) { return PathMatches(route.settings.path, path); });
  if (routed) return api::OriginRule::kSilent;
  // What only Ollama serves follows Ollama's rules, whatever other workers exist.
  const bool ollamas = snapshot.has_ollama && IsOllamas(*api::FindOperation(method, path));
  return ollamas ? api::OriginRule::kOllama : snapshot.origins;
}

RouteDecision RoutePlain(const Snapshot& snapshot, std::string_view method, std::string_view path,
                         std::string_view asked_method) {
  RouteDecision decision;
  decision.target.route = FindRoute(snapshot, method, path);
  if (decision.target.route == nullptr && !asked_method.empty()) {
    decision.target.route = FindRoute(snapshot, asked_method, path);
  }
  if (decision.target.route != nullptr) {
    decision.target.group = decision.target.route->group.get();
    return decision;
  }
  if (snapshot.plain) {
    decision.target.group = snapshot.plain.get();
    return decision;
  }
  const std::string allow = AllowedMethods(snapshot, path);
  // With a known method it is one of Ollama's pages, and there is no Ollama here.
  if (allow.empty() || http::ListHasToken(allow, method)) {
    return Refuse(404, "not_found", "Nothing is served at " + http::Shortened(path) + ".");
  }
  decision = Refuse(405, "method_not_allowed",
                    http::Shortened(path) + " does not take " + http::Shortened(method) + ".");
  decision.refusal.allow = allow;
  return decision;
}

}  // namespace banto
