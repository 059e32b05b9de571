// All counters of the process, named and described in one table (metric_table.cc;
// operator-experience.md §2.3). Each thread counts in its own ThreadMetrics; a scrape sums them and
// adds current gauges. Created before the threads; outlives them.
#ifndef BANTO_PROXY_OPS_METRICS_H_
#define BANTO_PROXY_OPS_METRICS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "cache/memory_cache.h"
#include "conf/config.h"
#include "proxy/ops/exchange_record.h"

namespace banto::ops {

// The state of one worker at the time of a scrape.
struct WorkerGauges {
  std::string name, state;  // state: ready, draining, disabled
  bool up = false, ejected = false;
  int weight = 1, in_flight = 0, max_in_flight = 0;
  double engine_waiting = -1, engine_kv_usage = -1;  // -1: not reported
  int64_t awaited_tokens = 0, prefix_blocks = 0, prefix_capacity = 0;
};

// What only the control plane knows.
struct ScrapeGauges {
  std::vector<WorkerGauges> workers;
  std::map<std::string, int> queue_depth;  // by model
  bool has_memory = false, has_redis = false;
  cache::MemoryCache::Stats memory;
  bool config_ok = true;
  int64_t config_loaded_unix_s = 0;
  size_t prefix_index_bytes = 0;
  std::vector<int64_t> loop_lag_us;  // one per loop
  uint64_t log_lines_dropped = 0;
  std::string version, revision;
};

// The counters of one ProxyThread, and its observer. Written by its thread, read by scrapes.
class ThreadMetrics : public ExchangeObserver, public cache::CacheObserver {
 public:
  virtual ~ThreadMetrics() = default;
};

class LogRing;

class Metrics {
 public:
  static constexpr int kModelsMax = 200;  // further names from clients count as model="other"
  static std::unique_ptr<Metrics> Create();
  virtual ~Metrics() = default;
  // Adds the counters of another thread; its access lines go to `ring` (may be nullptr) in
  // `format`.
  virtual ThreadMetrics* AddThread(LogRing* ring, conf::Log::Format format) = 0;
  // For all threads, from the next line on.
  virtual void SetLogFormat(conf::Log::Format format) = 0;
  // Control plane only.
  virtual void OnProbe(const std::string& worker, const char* result) = 0;
  // Prometheus text format 0.0.4; any thread.
  virtual std::string Render(const ScrapeGauges& gauges) const = 0;
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_METRICS_H_
