#include "proxy/router.h"

#include <algorithm>

namespace banto {
namespace {

bool PathMatches(const std::string& pattern, std::string_view path) {
  if (pattern.ends_with('*'))
    return path.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
  return path == pattern;
}

RouteDecision Refuse(int status, const char* code, std::string message) {
  RouteDecision decision;
  decision.status = status;
  decision.code = code;
  decision.message = std::move(message);
  return decision;
}

// Workers that have not told yet what they serve, with what is known of each.
RouteDecision NotYet(const Snapshot& snapshot) {
  bool loading = false;
  std::string waiting;
  for (const upstream::WorkerPtr& worker : snapshot.workers) {
    const auto& unasked = snapshot.unasked;
    if (std::find(unasked.begin(), unasked.end(), worker->name()) == unasked.end()) continue;
    loading = loading || worker->state->verdict() == health::Verdict::kLoading;
    const std::string reason = worker->state->reason();
    waiting += (waiting.empty() ? "" : "; ") + worker->name();
    if (!reason.empty()) waiting += " (" + reason + ")";
  }
  return Refuse(503, loading ? "model_loading" : "no_worker",
                "No worker is known to serve this model yet; waiting for: " + waiting + ".");
}

}  // namespace

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

RouteDecision RouteByModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                           std::string_view model) {
  const bool ollama = operation.family == api::Family::kOllama;
  const auto& models = ollama ? snapshot.ollama_models : snapshot.models;
  const auto& any = ollama ? snapshot.ollama_any_model : snapshot.any_model;
  RouteDecision decision;
  if (const auto found = models.find(model); found != models.end()) {
    decision.group = found->second.get();
    decision.model = model;
    decision.model_known = true;
    return decision;
  }
  if (model.empty() && models.size() == 1) {
    decision.group = models.begin()->second.get();
    decision.model = models.begin()->first;
    decision.model_known = true;
    return decision;
  }
  if (any) {
    decision.group = any.get();
    decision.model = model;
    return decision;
  }
  // A worker that never answered may serve this model: "not yet" is the truth, "not found" would be
  // a guess.
  if (!snapshot.unasked.empty()) return NotYet(snapshot);
  if (model.empty()) return Refuse(400, "model_required", "The request names no model.");
  return Refuse(404, "model_not_found", "The model '" + std::string(model) + "' does not exist.");
}

RouteDecision RoutePlain(const Snapshot& snapshot, std::string_view method, std::string_view path) {
  RouteDecision decision;
  decision.route = FindRoute(snapshot, method, path);
  if (decision.route != nullptr) {
    decision.group = decision.route->group.get();
    return decision;
  }
  if (snapshot.plain) {
    decision.group = snapshot.plain.get();
    return decision;
  }
  for (const PlainRoute& route : snapshot.routes) {
    if (PathMatches(route.settings.path, path)) {
      return Refuse(405, "method_not_allowed",
                    "This route does not allow " + std::string(method) + ".");
    }
  }
  return Refuse(404, "not_found", "Nothing is served at " + std::string(path) + ".");
}

}  // namespace banto
