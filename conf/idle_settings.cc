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

}  // namespace

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
