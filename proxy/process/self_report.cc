#include "proxy/process/self_report.h"

#include "proxy/base/version.h"
#include "proxy/http/short_text.h"
#include "proxy/process/status_json.h"

namespace banto {
namespace {

const char* NameOf(upstream::AdminState state) {
  switch (state) {
    case upstream::AdminState::kReady:
      return "ready";
    case upstream::AdminState::kDraining:
      return "draining";
    case upstream::AdminState::kDisabled:
      return "disabled";
  }
  return "";
}

}  // namespace

void SelfReport::OnConfigTaken(int64_t now_unix_s) {
  config_ok_ = true;
  config_taken_unix_s_ = now_unix_s;
}

ops::Readiness SelfReport::Readiness(Phase phase) const {
  if (phase == Phase::kDraining || phase == Phase::kStopped) return {false, "draining"};
  if (phase == Phase::kStarting) return {false, "starting: the workers are being asked"};
  std::string why;
  for (const upstream::WorkerPtr& worker : parts_.control->snapshot()->workers) {
    if (worker->state->Healthy() && worker->state->admin_state() == upstream::AdminState::kReady)
      return {true, ""};
    why += (why.empty() ? "" : "; ") + worker->name() + ": " + worker->state->reason();
  }
  return {false, "no worker is available: " + why};
}

ops::WorkerGauges SelfReport::GaugesOf(const upstream::Worker& worker) const {
  ops::WorkerGauges gauges;
  gauges.name = worker.name();
  gauges.state = NameOf(worker.state->admin_state());
  gauges.up = worker.state->Healthy();
  gauges.ejected = worker.state->passive().Ejected(parts_.loop->NowMs());
  gauges.weight = worker.settings.weight;
  gauges.in_flight = worker.state->in_flight();
  gauges.max_in_flight = worker.settings.max_in_flight;
  gauges.awaited_tokens = worker.state->awaited_tokens();
  if (const upstream::PrefixHolder* const prefixes = worker.state->prefixes()) {
    gauges.prefix_blocks = prefixes->held();
    gauges.prefix_capacity = prefixes->capacity();
  }
  if (const auto load = loads_.find(gauges.name); load != loads_.end()) {
    gauges.engine_waiting = load->second.waiting;
    gauges.engine_kv_usage = load->second.kv_cache_usage;
  }
  return gauges;
}

ops::ScrapeGauges SelfReport::Gauges() const {
  const Snapshot& snapshot = *parts_.control->snapshot();
  ops::ScrapeGauges gauges;
  for (const upstream::WorkerPtr& worker : snapshot.workers)
    gauges.workers.push_back(GaugesOf(*worker));
  for (const auto& [model, group] : snapshot.models)
    for (const upstream::WorkerGroup* part : {group.get(), group->local.get()}) {
      if (part == nullptr) continue;
      gauges.queue_depth[http::Shortened(model)] += parts_.wait_queue->Length(part->queue_key);
    }
  gauges.prefix_index_bytes = parts_.control->prefixes().bytes();
  gauges.has_memory = parts_.memory_cache != nullptr;
  gauges.has_redis = parts_.has_redis;
  if (parts_.memory_cache != nullptr) gauges.memory = parts_.memory_cache->stats();
  gauges.config_ok = config_ok_;
  gauges.config_loaded_unix_s = config_taken_unix_s_;
  gauges.loop_lag_us.push_back(parts_.loop->LagUs());
  for (const auto& thread : *parts_.threads) gauges.loop_lag_us.push_back(thread->lag_us());
  gauges.log_lines_dropped = parts_.access_writer->dropped();
  gauges.version = kBantoVersion;
  return gauges;
}

std::string SelfReport::StatusJson(Phase phase) const {
  return RenderStatus(*parts_.control->snapshot(), Gauges(), Readiness(phase),
                      parts_.loop->NowMs());
}

}  // namespace banto
