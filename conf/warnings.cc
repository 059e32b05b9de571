#include "conf/warnings.h"

#include <algorithm>
#include <array>
#include <map>

#include "conf/idle_settings.h"
#include "conf/leaving.h"
#include "conf/places.h"
#include "conf/unpriced.h"
#include "conf/worker_key.h"
#include "proxy/api/engine_traits.h"
#include "proxy/base/ascii.h"

namespace banto::conf {
namespace {

bool IsLoopback(const net::ListenAddress& listen) {
  return !listen.unix_path.empty() || listen.ip == "::1" || listen.ip.starts_with("127.");
}

void WarnOfOpenAdmin(const Config& config, const TomlValue* root, ErrorList* warnings) {
  const Admin& admin = config.admin;
  if (!admin.enabled || IsLoopback(admin.listen) || !admin.token.empty()) return;
  warnings->Add(KeyPlace(SectionIn(root, "admin"), "listen"),
                "operators listen on " + admin.listen_text + " and no token is required",
                root == nullptr ? "give --admin an address of 127.0.0.1; a token needs a file"
                                : "set token or token_file, or listen on 127.0.0.1");
}

void WarnOfSharedKeys(const Config& config, const TomlValue* root, ErrorList* warnings) {
  if (IsLoopback(config.listen) || !config.keys.empty()) return;
  for (size_t i = 0; i < config.workers.size(); ++i) {
    const Worker& worker = config.workers[i];
    if (!HoldsKey(worker)) continue;
    const TomlValue* item = ItemIn(root, "workers", i);
    const char* key = worker.api_key.empty()                                     ? "headers"
                      : item != nullptr && item->Find("api_key_file") != nullptr ? "api_key_file"
                                                                                 : "api_key";
    warnings->Add(KeyPlace(item, key),
                  "whoever reaches " + config.listen_text + " uses the key of worker \"" +
                      worker.name + "\": no client needs one",
                  root == nullptr ? "listen on 127.0.0.1; keys for clients need a file"
                                  : "add [[keys]], or listen on 127.0.0.1");
  }
}

void WarnOfNoTier(const Config& config, const TomlValue* root, ErrorList* warnings) {
  if (!config.cache.enabled || config.cache.on()) return;
  warnings->Add(KeyPlace(SectionIn(root, "cache"), "memory"),
                "no answer is cached: memory is \"0\" and there is no redis",
                "give it one of them, or write enabled = false to say so");
}

// [cache] alone only stores answers of model APIs, which its author may not expect.
void WarnOfUncachedApps(const Config& config, const TomlValue* root, ErrorList* warnings) {
  if (SectionIn(root, "cache") == nullptr || !config.cache.on()) return;
  for (size_t i = 0; i < config.routes.size(); ++i) {
    const TomlValue* item = ItemIn(root, "routes", i);
    if (item->Find("cache") != nullptr) continue;
    warnings->Add(KeyPlace(item, "path"), "[cache] does not cache this route's answers",
                  "add cache = { ttl = \"60s\" }, or cache = { enabled = false } to say so");
  }
  if (!config.routes.empty()) return;
  for (size_t i = 0; i < config.workers.size(); ++i) {
    if (!api::TraitsOf(config.workers[i].kind).is_application) continue;
    warnings->Add(KeyPlace(ItemIn(root, "workers", i), "kind"),
                  "[cache] does not cache an HTTP application's answers",
                  "add [[routes]] with path and cache");
  }
}

void WarnOfUnlikeEngines(const Config& config, const TomlValue* root, ErrorList* warnings) {
  if (!config.cache.on()) return;
  std::map<std::string_view, const Worker*> first;
  for (size_t i = 0; i < config.workers.size(); ++i) {
    const Worker& worker = config.workers[i];
    if (!api::IsKnown(worker.kind)) continue;
    for (const std::string& model : worker.models) {
      const auto [found, is_new] = first.emplace(model, &worker);
      const Worker& other = *found->second;
      if (is_new || model == "*" || other.kind == worker.kind) continue;
      warnings->Add(KeyPlace(ItemIn(root, "workers", i), "models"),
                    "\"" + model + "\" is served by different engines: \"" + other.name + "\" is " +
                        api::TraitsOf(other.kind).name + ", \"" + worker.name + "\" is " +
                        api::TraitsOf(worker.kind).name,
                    "their answers differ, and the cache does not distinguish them");
    }
  }
}

// "qwen*" is taken as a name here, not as a pattern.
void WarnOfStarNames(const Config& config, const TomlValue* root, ErrorList* warnings) {
  for (size_t i = 0; i < config.workers.size(); ++i) {
    for (size_t j = 0; j < config.workers[i].models.size(); ++j) {
      const std::string& model = config.workers[i].models[j];
      if (model == "*" || model.find('*') == std::string::npos) continue;
      const TomlValue* item = ItemIn(root, "workers", i);
      const TomlValue* models = SectionIn(item, "models");
      warnings->Add(models == nullptr ? Place{} : models->items.at(j).place,
                    "this is taken as the name of one model: a \"*\" in it has no special meaning",
                    "name each model, or write \"*\" alone for every one");
    }
  }
}

}  // namespace

void AddWarnings(const Config& config, const TomlValue* root, ErrorList* warnings) {
  WarnOfOpenAdmin(config, root, warnings);
  WarnOfSharedKeys(config, root, warnings);
  WarnOfNoTier(config, root, warnings);
  WarnOfUncachedApps(config, root, warnings);
  WarnOfUnlikeEngines(config, root, warnings);
  WarnOfStarNames(config, root, warnings);
  WarnOfUnnamedWorkers(config, root, warnings);
  WarnOfIdleRoutes(config, root, warnings);
  WarnOfIdleChoices(config, root, warnings);
  WarnOfAccessFile(config, root, warnings);
  WarnOfUnsaidExternal(config, root, warnings);
  WarnOfRedisOutside(config, root, warnings);
  WarnOfUnpriced(config, root, warnings);
}

}  // namespace banto::conf
