#include "proxy/routing/model_router.h"

#include <algorithm>

#include "proxy/api/engine_traits.h"
#include "proxy/http/short_text.h"
#include "proxy/routing/model_route.h"
#include "proxy/routing/nearest_models.h"
#include "proxy/routing/router.h"

namespace banto {
namespace {

// Workers that have not reported yet what they serve, with what is known about each.
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
  constexpr int kRetryAfterS = 2;
  const std::string message =
      "No worker is known to serve this model yet; waiting for: " + waiting + ".";
  return {{}, {503, loading ? "model_loading" : "no_worker", message, {}, kRetryAfterS}};
}

const UnnamedTarget* UnnamedFor(const Snapshot& snapshot, api::Engines engines) {
  for (const UnnamedTarget& target : snapshot.unnamed) {
    if (target.engines == engines) return &target;
  }
  return nullptr;
}

// To those who serve the model, whatever [[models]] says of its name.
RouteDecision RouteToModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                           std::string_view model) {
  const bool ollama = OnlyOllamasServe(operation);
  const auto& models = ollama ? snapshot.ollama_models : snapshot.models;
  const auto& any = ollama ? snapshot.ollama_any_model : snapshot.any_model;
  RouteDecision decision;
  if (const auto found = FindModel(models, model, IsOllamas(operation)); found != models.end()) {
    decision.target.group = found->second.get();
    decision.target.model = found->first;
    decision.target.model_known = true;
    return decision;
  }
  if (model.empty()) return RouteUnnamed(snapshot, operation);
  if (any) {
    decision.target.group = any.get();
    decision.target.model = model;
    return decision;
  }
  if (const auto& unlisted = ollama ? snapshot.ollama_unlisted : snapshot.unlisted) {
    decision.target.group = unlisted.get();
    decision.target.model = model;
    decision.target.model_known = snapshot.catalog.count(decision.target.model) > 0;
    return decision;
  }
  // A worker that has never answered may serve this model: "not yet" is the truth, "not found"
  // would be a guess.
  if (!snapshot.unasked.empty()) return NotYet(snapshot);
  return {{}, NoSuchModel(snapshot, operation, model)};
}

// What only an engine of Ollama's kind serves can be asked of no other.
bool MayAsk(const upstream::WorkerGroup& only, const api::OperationInfo& operation) {
  return !OnlyOllamasServe(operation) ||
         std::all_of(only.workers.begin(), only.workers.end(),
                     [](const auto& worker) { return api::TraitsOf(worker->kind).has_ollama_api; });
}

RouteDecision RouteToChoice(const Snapshot& snapshot, const api::OperationInfo& operation,
                            const ModelRoute& rule, const ModelRouteChoice& choice,
                            std::string_view model, Reach reach) {
  RouteDecision decision;
  // What clients made up is no label.
  const bool known = !choice.model.empty() || !rule.settings.name.ends_with('*');
  if (!choice.model.empty()) model = choice.model;
  if (choice.only == nullptr) {
    decision = RouteToModel(snapshot, operation, model);
  } else if (MayAsk(*choice.only, operation)) {
    decision.target.group = choice.only.get();
    decision.target.model = model;
    decision.target.model_known = known || snapshot.catalog.count(std::string(model)) > 0;
  }
  Target& target = decision.target;
  target.rule = &rule;
  target.choice = &choice;
  const bool local = choice.local_only || reach == Reach::kLocal;
  if (target.group != nullptr && local) target.group = LocalPart(*target.group);
  return decision;
}

// Of a name that stands in the configuration: it exists, whoever is there to serve it.
Refusal NobodyServes(const ModelRoute& rule, std::string_view model) {
  constexpr int kRetryAfterS = 2;
  std::string asked;
  for (const auto* choices : {&rule.targets, &rule.fallback}) {
    for (const ModelRouteChoice& choice : *choices)
      asked += (asked.empty() ? "" : ", ") +
               (choice.model.empty() ? http::Shortened(model) : choice.model);
  }
  const char* const who = rule.settings.local_only ? "local worker" : "worker";
  return {503,
          "no_worker",
          "No " + std::string(who) + " serves what \"" + http::Shortened(model) +
              "\" stands for here: " + asked + ".",
          {},
          kRetryAfterS};
}

}  // namespace

RouteDecision RouteByModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                           std::string_view model, uint64_t draw) {
  if (snapshot.rules.empty()) return RouteToModel(snapshot, operation, model);
  const ModelRoute* const rule = FindModelRoute(snapshot, model);
  if (rule == nullptr) return RouteToModel(snapshot, operation, model);
  const ModelRouteChoice& choice = TargetOf(*rule, draw);
  RouteDecision decision =
      RouteToChoice(snapshot, operation, *rule, choice, model, Reach::kAnywhere);
  if (decision.target.group != nullptr) return decision;
  RouteDecision next = RouteToNext(snapshot, operation, decision.target, model, Reach::kAnywhere);
  if (next.target.group != nullptr) return next;
  const bool own = rule->fallback.empty() && choice.model.empty() && !choice.local_only;
  if (!own || decision.refusal.status == 0) decision.refusal = NobodyServes(*rule, model);
  return decision;
}

RouteDecision RouteToNext(const Snapshot& snapshot, const api::OperationInfo& operation,
                          const Target& target, std::string_view model, Reach reach) {
  RouteDecision decision;
  const ModelRouteChoice* choice = target.choice;
  while ((choice = NextAfter(*target.rule, *choice)) != nullptr) {
    decision = RouteToChoice(snapshot, operation, *target.rule, *choice, model, reach);
    if (decision.target.group != nullptr) return decision;
  }
  return decision;
}

RouteDecision RouteToMirror(const Snapshot& snapshot, const api::OperationInfo& operation,
                            const ModelRoute& rule) {
  return RouteToChoice(snapshot, operation, rule, *rule.mirror, {}, Reach::kAnywhere);
}

RouteDecision RouteUnnamed(const Snapshot& snapshot, const api::OperationInfo& operation,
                           bool native_form) {
  const bool ollama = OnlyOllamasServe(operation);
  const auto& models = ollama ? snapshot.ollama_models : snapshot.models;
  const auto& any = ollama ? snapshot.ollama_any_model : snapshot.any_model;
  RouteDecision decision;
  if (models.size() == 1) {
    decision.target.group = models.begin()->second.get();
    decision.target.model = models.begin()->first;
    decision.target.model_known = true;
    return decision;
  }
  const api::Engines engines = native_form ? operation.nameless : operation.engines;
  const UnnamedTarget* target = UnnamedFor(snapshot, engines);
  if (target != nullptr && !target->served) {  // no worker accepts the form without a model
    const UnnamedTarget* wide = UnnamedFor(snapshot, operation.engines);
    if (wide != nullptr && wide->served) target = wide;
  }
  if (target != nullptr && target->group) {
    decision.target.group = target->group.get();
    decision.target.model = target->model;
    decision.target.model_known = !target->model.empty();
    decision.target.workers_choice = target->several;
    return decision;
  }
  const auto& unlisted = ollama ? snapshot.ollama_unlisted : snapshot.unlisted;
  if (any || unlisted) {
    decision.target.group = any ? any.get() : unlisted.get();
    return decision;
  }
  if (!snapshot.unasked.empty()) return NotYet(snapshot);
  if (target != nullptr && !target->possible) {
    return Refuse(404, "not_found", "None of the workers is of a kind that serves this path.");
  }
  return Refuse(400, "model_required", "The request names no model." + SomeModels(models));
}

Refusal NoSuchModel(const Snapshot& snapshot, const api::OperationInfo& operation,
                    std::string_view model) {
  const bool ollama = IsOllamas(operation);
  // Ollama's clients look for its exact wording.
  const char* what = ollama ? "' not found." : "' does not exist.";
  return {404,
          "model_not_found",
          (ollama ? "model '" : "The model '") + http::Shortened(model) + what +
              NearestModels(snapshot, OnlyOllamasServe(operation), model),
          {},
          0};
}

}  // namespace banto
