// What the Server tells about itself: readiness, gauges, status.
#include "proxy/http/short_text.h"
#include "proxy/process/server.h"
#include "proxy/process/status_json.h"
#include "proxy/process/version.h"

namespace banto {

ops::Readiness Server::ReadinessNow() const {
  if (state_ == State::kDraining || state_ == State::kStopped) return {false, "draining"};
  if (state_ == State::kStarting) return {false, "starting: the workers are being asked"};
  std::string why;
  for (const upstream::WorkerPtr& worker : control_->snapshot()->workers) {
    if (worker->state->Healthy() && worker->state->admin_state() == upstream::AdminState::kReady)
      return {true, ""};
    why += (why.empty() ? "" : "; ") + worker->name() + ": " + worker->state->reason();
  }
  return {false, "no worker is available: " + why};
}

ops::ScrapeGauges Server::GaugesNow() const {
  ops::ScrapeGauges gauges;
  const int64_t now_ms = loop_.NowMs();
  for (const upstream::WorkerPtr& worker : control_->snapshot()->workers) {
    ops::WorkerGauges& out = gauges.workers.emplace_back();
    out.name = worker->name();
    out.state = worker->state->admin_state() == upstream::AdminState::kReady      ? "ready"
                : worker->state->admin_state() == upstream::AdminState::kDraining ? "draining"
                                                                                  : "disabled";
    out.up = worker->state->Healthy();
    out.ejected = worker->state->passive().Ejected(now_ms);
    out.weight = worker->settings.weight;
    out.in_flight = worker->state->in_flight();
    out.max_in_flight = worker->settings.max_in_flight;
    if (const auto load = loads_.find(out.name); load != loads_.end()) {
      out.engine_waiting = load->second.waiting;
      out.engine_kv_usage = load->second.kv_cache_usage;
    }
  }
  for (const auto& [model, group] : control_->snapshot()->models)
    gauges.queue_depth[http::Shortened(model)] += wait_queue_.Length(group->queue_key);
  gauges.has_memory = memory_cache_ != nullptr;
  gauges.has_redis = started_->cache.enabled && started_->cache.redis.has_value();
  if (memory_cache_) gauges.memory = memory_cache_->stats();
  gauges.config_ok = reload_ok_;
  gauges.config_loaded_unix_s = loaded_unix_s_;
  gauges.loop_lag_us.push_back(loop_.LagUs());
  for (const auto& thread : threads_) gauges.loop_lag_us.push_back(thread->lag_us());
  gauges.log_lines_dropped = access_writer_->dropped();
  gauges.version = kVersion;
  return gauges;
}

std::string Server::StatusJson() const {
  return RenderStatus(*control_->snapshot(), GaugesNow(), ReadinessNow(), loop_.NowMs());
}

}  // namespace banto
