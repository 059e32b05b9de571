#include "proxy/ops/metrics.h"

#include <mutex>

#include "proxy/ops/gauge_samples.h"
#include "proxy/ops/metrics_renderer.h"
#include "proxy/ops/model_names.h"
#include "proxy/ops/thread_metrics.h"

namespace banto::ops {
namespace {

class AllCounters final : public Metrics {
 public:
  ThreadMetrics* AddThread(LogRing* ring, conf::Log::Format format) override {
    const std::lock_guard lock(mutex_);
    return threads_
        .emplace_back(std::make_unique<ThreadCounters>(&names_, &redis_log_, ring, format))
        .get();
  }

  void SetLogFormat(conf::Log::Format format) override {
    const std::lock_guard lock(mutex_);
    for (const auto& thread : threads_) thread->SetLogFormat(format);
  }

  void OnProbe(const std::string& worker, const char* result) override {
    LabelValues& values = control_.values();
    control_.Of(MetricId::kWorkerHealthChecks, values.Id(worker), values.Id(result)).Add(1);
  }

  std::string Render(const ScrapeGauges& gauges) const override {
    MetricSamples samples;
    AddZeros(gauges, &samples);
    AddGauges(gauges, &samples);
    samples.Add(control_);
    bool redis_up = true, circuit_open = false;
    const std::lock_guard lock(mutex_);
    for (const auto& thread : threads_) {
      samples.Add(thread->series());
      redis_up &= thread->redis_up();
      circuit_open |= thread->redis_circuit_open();
    }
    if (gauges.has_redis) {
      samples.Add(MetricId::kCacheStoreUp, {}, redis_up ? 1 : 0);
      samples.Add(MetricId::kCacheStoreCircuitOpen, {}, circuit_open ? 1 : 0);
    }
    return RenderMetrics(samples);
  }

 private:
  ModelNames names_{kModelsMax};
  RedisStateLog redis_log_;
  SeriesTable control_;  // of the control plane
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<ThreadCounters>> threads_;  // guarded by mutex_
};

}  // namespace

std::unique_ptr<Metrics> Metrics::Create() { return std::make_unique<AllCounters>(); }

}  // namespace banto::ops
