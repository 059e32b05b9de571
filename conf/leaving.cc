#include "conf/leaving.h"

#include <algorithm>

#include "conf/places.h"
#include "proxy/api/engine_traits.h"
#include "proxy/net/private_host.h"

namespace banto::conf {

void WarnOfUnsaidExternal(const Config& config, const TomlValue* root, ErrorList* warnings) {
  for (size_t i = 0; i < config.workers.size(); ++i) {
    const Worker& worker = config.workers[i];
    const api::EngineTraits& traits = api::TraitsOf(worker.kind);
    const bool unsaid = traits.is_managed && !traits.is_external && !worker.external;
    if (!unsaid || !worker.url.tls() || net::IsPrivateHost(worker.url.host)) continue;
    warnings->Add(
        KeyPlace(ItemIn(root, "workers", i), "kind"),
        "whether \"" + worker.name +
            "\" is somebody else's server is not said: all models "
            "that it lists are asked there, with the headers of clients",
        "add external = true (only models that this file names, and no client's headers) or "
        "external = false");
  }
}

void WarnOfRedisOutside(const Config& config, const TomlValue* root, ErrorList* warnings) {
  const Cache& cache = config.cache;
  if (!cache.enabled || !cache.redis || net::IsPrivateHost(cache.redis->host)) return;
  const bool stays = std::any_of(config.models.begin(), config.models.end(),
                                 [](const ModelRule& rule) { return rule.local_only; }) ||
                     std::any_of(config.keys.begin(), config.keys.end(),
                                 [](const AccessKey& key) { return !key.external; });
  if (!stays) return;
  warnings->Add(
      KeyPlace(SectionIn(root, "cache"), "redis"),
      "answers to what may not leave the house are stored in this Redis, which is outside",
      "use one at a private address, or give those models cache = { enabled = false }");
}

}  // namespace banto::conf
