#include "proxy/routing/served_models.h"

#include <optional>

#include "conf/external.h"
#include "conf/worker_key.h"
#include "proxy/api/engine_traits.h"
#include "proxy/http/message.h"
#include "proxy/net/private_host.h"
#include "proxy/routing/unnamed_targets.h"

namespace banto {
namespace {

// A managed API uses TLS at a public name; at a private address it is an engine that the detector
// does not know.
bool IsManaged(const net::Url& url, api::WorkerKind kind) {
  return api::TraitsOf(kind).is_managed && url.tls() && !net::IsPrivateHost(url.host);
}

void SetWhose(const conf::Worker& settings, upstream::Worker* worker) {
  worker->external = conf::IsExternal(settings, worker->kind);
  worker->bills = worker->external || (!settings.external && IsManaged(settings.url, worker->kind));
  const bool is_private = settings.external || net::IsPrivateHost(settings.url.host);
  worker->local = !worker->external && is_private;
}

void SetKey(const conf::Worker& settings, upstream::Worker* worker) {
  worker->own_key = worker->external || !settings.api_key.empty();
  conf::KeyField key = conf::KeyFieldOf(settings);
  if (key.name.empty()) return;
  if (key.name == "Authorization") {
    worker->authorization = std::move(key.value);
    return;
  }
  auto& headers = worker->settings.headers;
  std::erase_if(headers,
                [&key](const auto& header) { return http::EqualsNoCase(header.first, key.name); });
  headers.emplace_back(std::move(key.name), std::move(key.value));
}

}  // namespace

std::shared_ptr<upstream::Worker> MakeWorker(const KnownWorker& known) {
  const conf::Worker& settings = known.settings;
  auto worker = std::make_shared<upstream::Worker>();
  worker->settings = settings;
  worker->tls = known.tls;
  worker->state = known.state;
  const std::string& host = settings.host_header;
  if (host.empty()) worker->host = settings.url.Authority();
  if (!host.empty() && host != "client") worker->host = host;
  worker->kind = settings.kind;
  if (!api::IsKnown(worker->kind) && known.facts != nullptr) worker->kind = known.facts->kind;
  worker->engines = EnginesOf(worker->kind, known.facts != nullptr ? known.facts->task : "");
  SetWhose(settings, worker.get());
  SetKey(settings, worker.get());
  worker->path =
      known.facts != nullptr ? known.facts->path : conf::PathOf(settings.url, worker->kind);
  return worker;
}

std::vector<std::string> ModelsOf(const conf::Config& config, const KnownWorker& known,
                                  bool external) {
  if (!known.settings.models.empty()) return known.settings.models;
  std::vector<std::string> names;
  if (known.facts == nullptr) return names;
  for (const health::ListedModel& model : known.facts->models) {
    if (!external || conf::NamesForAll(config, known.settings, model.name))
      names.push_back(model.name);
  }
  return names;
}

}  // namespace banto
