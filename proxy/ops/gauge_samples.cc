#include "proxy/ops/gauge_samples.h"

#include "proxy/ops/event_log.h"
#include "proxy/ops/process_stats.h"

namespace banto::ops {
namespace {

using enum MetricId;

double AsGauge(bool value) { return value ? 1 : 0; }

void AddWorker(const WorkerGauges& worker, MetricSamples* samples) {
  const std::string_view name = worker.name;
  samples->Add(kWorkerUp, {name}, AsGauge(worker.up));
  for (std::string_view state : {"ready", "draining", "disabled"}) {
    samples->Add(kWorkerState, {name, state}, AsGauge(worker.state == state));
  }
  samples->Add(kWorkerWeight, {name}, worker.weight);
  samples->Add(kWorkerRequestsInFlight, {name}, worker.in_flight);
  samples->Add(kWorkerMaxInFlight, {name}, worker.max_in_flight);
  samples->Add(kWorkerCircuitOpen, {name}, AsGauge(worker.ejected));
  samples->Add(kWorkerAwaitedTokens, {name}, static_cast<double>(worker.awaited_tokens));
  samples->Add(kWorkerPrefixBlocks, {name}, static_cast<double>(worker.prefix_blocks));
  samples->Add(kWorkerPrefixCapacity, {name}, static_cast<double>(worker.prefix_capacity));
  if (worker.engine_waiting >= 0) {
    samples->Add(kWorkerEngineRequestsWaiting, {name}, worker.engine_waiting);
  }
  if (worker.engine_kv_usage >= 0) {
    samples->Add(kWorkerEngineKvCacheUsage, {name}, worker.engine_kv_usage);
  }
}

void AddMemoryTier(const cache::MemoryCache::Stats& memory, MetricSamples* samples) {
  samples->Add(kCacheMemoryEntries, {}, static_cast<double>(memory.entries));
  samples->Add(kCacheMemoryBytes, {}, static_cast<double>(memory.bytes));
  samples->Add(kCacheMemoryPinnedBytes, {}, static_cast<double>(memory.pinned_bytes));
  samples->Add(kCacheMemoryEvictions, {}, static_cast<double>(memory.evictions));
  samples->Add(kCacheMemoryExpirations, {}, static_cast<double>(memory.expirations));
}

void AddLogs(uint64_t lines_dropped, MetricSamples* samples) {
  using Level = conf::Log::Level;
  const auto add = [samples](std::string_view name, Level level) {
    samples->Add(kLogMessages, {name}, static_cast<double>(LoggedEvents(level)));
  };
  add("debug", Level::kDebug);
  add("info", Level::kInfo);
  add("warn", Level::kWarn);
  add("error", Level::kError);
  samples->Add(kLogLinesDropped, {}, static_cast<double>(lines_dropped));
}

void AddProcess(MetricSamples* samples) {
  const ProcessStats stats = ReadProcessStats();
  samples->Add(kProcessCpuSeconds, {}, static_cast<double>(stats.cpu_us));
  samples->Add(kProcessResidentMemoryBytes, {}, static_cast<double>(stats.resident_bytes));
  samples->Add(kProcessVirtualMemoryBytes, {}, static_cast<double>(stats.virtual_bytes));
  samples->Add(kProcessOpenFds, {}, static_cast<double>(stats.open_fds));
  samples->Add(kProcessMaxFds, {}, static_cast<double>(stats.max_fds));
  samples->Add(kProcessStartTime, {}, stats.start_unix_s);
}

}  // namespace

void AddGauges(const ScrapeGauges& gauges, MetricSamples* samples) {
  for (const WorkerGauges& worker : gauges.workers) AddWorker(worker, samples);
  for (const auto& [model, depth] : gauges.queue_depth) samples->Add(kQueueDepth, {model}, depth);
  if (gauges.has_memory) AddMemoryTier(gauges.memory, samples);
  samples->Add(kConfigLastReloadSuccessful, {}, AsGauge(gauges.config_ok));
  samples->Add(kConfigLastReloadSuccessTimestamp, {},
               static_cast<double>(gauges.config_loaded_unix_s));
  for (size_t i = 0; i < gauges.loop_lag_us.size(); ++i) {
    samples->Add(kEventLoopLag, {samples->Keep(std::to_string(i))},
                 static_cast<double>(gauges.loop_lag_us[i]));
  }
  samples->Add(kPrefixIndexBytes, {}, static_cast<double>(gauges.prefix_index_bytes));
  AddLogs(gauges.log_lines_dropped, samples);
  samples->Add(kBuildInfo, {gauges.version, gauges.revision}, 1);
  AddProcess(samples);
}

void AddZeros(const ScrapeGauges& gauges, MetricSamples* samples) {
  for (std::string_view phase : {"queued", "waiting", "streaming"}) {
    samples->Add(kClientDisconnects, {phase}, 0);
  }
  for (std::string_view reason : {"queue_full", "queue_timeout", "no_worker", "no_descriptors",
                                  "request_too_large", "buffers_full"}) {
    samples->Add(kRequestsRejected, {reason}, 0);
  }
  for (const auto& [model, depth] : gauges.queue_depth) {
    samples->Add(kRequestsRejected, {"no_worker", model}, 0);
  }
  for (std::string_view reason : {"connect_error", "connect_timeout", "reset", "first_byte_timeout",
                                  "http_5xx", "overloaded"}) {
    samples->Add(kRetries, {reason}, 0);
  }
  if (!gauges.has_memory && !gauges.has_redis) return;
  samples->Add(kCacheStores, {"stored", ""}, 0);
  if (!gauges.has_redis) return;
  for (std::string_view operation : {"get", "set", "ping"}) {
    for (std::string_view result : {"ok", "timeout", "error"}) {
      samples->Add(kCacheStoreOperations, {operation, result}, 0);
    }
  }
}

}  // namespace banto::ops
