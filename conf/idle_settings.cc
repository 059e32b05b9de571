#include "conf/idle_settings.h"

#include <algorithm>

#include "conf/external.h"
#include "conf/places.h"
#include "proxy/api/engine_traits.h"

namespace banto::conf {
namespace {

// Pattern syntax of other programs: "/users/{id}", "/users/:id", "/a/.*", "/a$". RFC 3986 does not
// allow {}<>^|.
bool LooksLikePattern(const std::string& path) {
  return path.find_first_of("{}<>^|") != std::string::npos ||
         path.find("/:") != std::string::npos || path.ends_with(".*") || path.ends_with('$');
}

bool IsOfARoute(const Config& config, const Worker& worker) {
  return std::any_of(config.routes.begin(), config.routes.end(), [&](const Route& route) {
    return std::find(route.workers.begin(), route.workers.end(), worker.name) !=
           route.workers.end();
  });
}

// Whether all that could answer is known to be outside. Of workers that list their models only once
// they are asked it is not known yet.
bool IsOutside(const Config& config, const ModelChoice& choice) {
  bool outside = false;
  for (const Worker& worker : config.workers) {
    const bool meant =
        choice.worker.empty() ? worker.MayServe(choice.model) : worker.name == choice.worker;
    if (!meant) continue;
    if (!IsExternal(worker)) return false;
    outside = true;
  }
  return outside;
}

// Whether `copy` goes to the very model that answers.
bool CopiesToItself(const ModelRule& rule, const ModelMirror& copy) {
  const std::string& model = rule.target.model.empty() ? rule.name : rule.target.model;
  return rule.split.empty() && copy.model == model && copy.worker == rule.target.worker;
}

}  // namespace

void WarnOfIdleChoices(const Config& config, const TomlValue* root, ErrorList* warnings) {
  for (size_t i = 0; i < config.models.size(); ++i) {
    const ModelRule& rule = config.models[i];
    const TomlValue* const item = ItemIn(root, "models", i);
    // `barred`: whether, and why, no external worker may be asked.
    const auto check = [&](ModelChoice choice, const char* key, const char* barred) {
      if (choice.model.empty()) choice.model = rule.name;
      if (barred == nullptr || !IsOutside(config, choice)) return;
      warnings->Add(
          KeyPlace(item, key),
          "\"" + choice.model + "\" is never asked: only external workers serve it, and " + barred,
          "leave it out, or let them");
    };
    const char* const local = rule.local_only ? "local_only forbids them" : nullptr;
    check(rule.target, rule.target == ModelChoice{} ? "name" : "target", local);
    for (const SplitChoice& choice : rule.split) check({choice.model, ""}, "split", local);
    for (const ModelChoice& choice : rule.fallback) check(choice, "fallback", local);
    const ModelChoice copy = {rule.mirror.model, rule.mirror.worker};
    if (copy.model.empty()) continue;
    const bool unnamed = copy.worker.empty();
    check(copy, "mirror", unnamed && local == nullptr ? "copies go to those only by name" : local);
    if (CopiesToItself(rule, rule.mirror))
      warnings->Add(KeyPlace(item, "mirror"), "the copies go to the model that answers",
                    "name another model, or a worker of its own");
  }
}

void WarnOfIdleRoutes(const Config& config, const TomlValue* root, ErrorList* warnings) {
  const bool has_app =
      std::any_of(config.workers.begin(), config.workers.end(), [](const Worker& worker) {
        return !api::IsKnown(worker.kind) || api::TraitsOf(worker.kind).is_application;
      });
  for (size_t i = 0; i < config.routes.size(); ++i) {
    const Route& route = config.routes[i];
    const TomlValue* item = ItemIn(root, "routes", i);
    if (LooksLikePattern(route.path)) {
      warnings->Add(ValuePlace(item, "path"), "paths are literal: patterns are not supported",
                    "write the prefix and a \"*\" at its end: \"/users/*\"");
    }
    if (route.workers.empty() && !has_app) {
      warnings->Add(KeyPlace(item, "path"), "this route has no worker: none is of kind http",
                    "name its workers, or give one kind = \"http\"");
    }
  }
}

void WarnOfUnnamedWorkers(const Config& config, const TomlValue* root, ErrorList* warnings) {
  for (size_t i = 0; i < config.workers.size(); ++i) {
    const Worker& worker = config.workers[i];
    if (!IsExternal(worker) || MayNameAny(config, worker) || IsOfARoute(config, worker)) continue;
    warnings->Add(KeyPlace(ItemIn(root, "workers", i), worker.external ? "external" : "kind"),
                  "worker \"" + worker.name +
                      "\" gets no request: it is external, and nothing "
                      "names a model for it",
                  "add models = [\"the ones to use\"]; [\"*\"] is any");
  }
}

void WarnOfAccessFile(const Config& config, const TomlValue* root, ErrorList* warnings) {
  const std::string& access = config.log.access;
  for (const char* word : {"stderr", "none", "no", "false", "null", "syslog", "on", "true", "-"}) {
    if (access != word) continue;
    warnings->Add(ValuePlace(SectionIn(root, "log"), "access"),
                  "the access log goes to a file called \"" + access + "\"",
                  "write \"stdout\", \"off\" or a path");
  }
}

}  // namespace banto::conf
