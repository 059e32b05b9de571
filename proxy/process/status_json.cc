#include "proxy/process/status_json.h"

#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "proxy/api/engine_traits.h"
#include "proxy/http/short_text.h"
#include "proxy/upstream/admission.h"

namespace banto {

std::string RenderStatus(const Snapshot& snapshot, const ops::ScrapeGauges& gauges,
                         const ops::Readiness& readiness, int64_t now_ms) {
  nlohmann::json status;
  status["ready"] = readiness.ready;
  status["why"] = readiness.why;
  status["version"] = gauges.version;
  status["config"] = {{"file", snapshot.config->file},
                      {"loaded_unix_s", gauges.config_loaded_unix_s},
                      {"ok", gauges.config_ok}};
  status["keys"] = snapshot.config->keys.size();
  std::unordered_map<const upstream::Worker*, nlohmann::json::array_t> models;
  for (const auto& [name, group] : snapshot.models) {
    const std::string shown = http::Shortened(name);
    for (const upstream::WorkerPtr& member : group->workers)
      models[member.get()].emplace_back(shown);
  }
  nlohmann::json workers = nlohmann::json::array();
  for (size_t i = 0; i < snapshot.workers.size(); ++i) {
    const upstream::Worker& worker = *snapshot.workers[i];
    std::string reason = upstream::CoolDownWords(*worker.state, now_ms);
    if (reason.empty() || !worker.state->Healthy()) reason = worker.state->reason();
    workers.push_back(
        {{"name", worker.name()},
         {"url", worker.settings.url.scheme + "://" + worker.settings.url.Authority()},
         {"kind", api::TraitsOf(worker.kind).name},
         {"health", health::VerdictName(worker.state->verdict())},
         {"reason", reason},
         {"state", gauges.workers[i].state},
         {"ejected", worker.state->passive().Ejected(now_ms)},
         {"cooling_down", worker.state->passive().CoolingDown(now_ms)},
         {"in_flight", worker.state->in_flight()},
         {"max_in_flight", worker.settings.max_in_flight},
         {"weight", worker.settings.weight},
         {"models", std::move(models[&worker])}});
  }
  status["workers"] = std::move(workers);
  status["queue"] = gauges.queue_depth;
  status["cache"] = {
      {"memory", gauges.has_memory},          {"redis", gauges.has_redis},
      {"entries", gauges.memory.entries},     {"bytes", gauges.memory.bytes},
      {"evictions", gauges.memory.evictions}, {"expirations", gauges.memory.expirations}};
  return status.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace banto
