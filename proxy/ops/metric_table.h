// The single list of all counters, gauges and histograms: names, help texts and buckets (tests hold
// docs, dashboards and rules to it). Constant; any thread.
#ifndef BANTO_PROXY_OPS_METRIC_TABLE_H_
#define BANTO_PROXY_OPS_METRIC_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace banto::ops {

// In the order of a scrape.
enum class MetricId : uint8_t {
  // One client request.
  kRequests,
  kRequestsInFlight,
  kRequestDuration,
  kTimeToFirstToken,
  kTimePerOutputToken,
  kInterChunkLatency,
  kOverhead,
  kRequestBodyBytes,
  kRequestOutputTokens,
  kTokens,
  kResponsesWithoutUsage,
  kClientDisconnects,
  kRequestsRejected,
  kQueueDepth,
  kQueueWait,
  kKeyRequests,
  kKeyTokens,
  kCost,
  kCostAvoided,
  kCostAvoidedTokens,
  kMirrorRequests,
  kMirrorSeconds,
  kMirrorOutputTokens,
  kFallbacks,
  // Workers.
  kWorkerUp,
  kWorkerState,
  kWorkerWeight,
  kWorkerRequestsInFlight,
  kWorkerMaxInFlight,
  kWorkerCircuitOpen,
  kWorkerRequests,
  kWorkerErrors,
  kWorkerRequestDuration,
  kWorkerConnectDuration,
  kWorkerHealthChecks,
  kWorkerEngineRequestsWaiting,
  kWorkerEngineKvCacheUsage,
  kWorkerAwaitedTokens,
  kWorkerPrefixBlocks,
  kWorkerPrefixCapacity,
  kPrefixIndexBytes,
  kRetries,
  // Cache.
  kCacheRequests,
  kCacheLookupDuration,
  kCacheStores,
  kCacheSavedTokens,
  kCacheSavedWorkerSeconds,
  kCacheMemoryEntries,
  kCacheMemoryBytes,
  kCacheMemoryPinnedBytes,
  kCacheMemoryEvictions,
  kCacheMemoryExpirations,
  kCacheStoreUp,
  kCacheStoreCircuitOpen,
  kCacheStoreOperations,
  kCacheStoreOperationDuration,
  // The process.
  kConfigLastReloadSuccessful,
  kConfigLastReloadSuccessTimestamp,
  kEventLoopLag,
  kConnectionsActive,
  kLogMessages,
  kLogLinesDropped,
  kBuildInfo,
  kProcessCpuSeconds,
  kProcessResidentMemoryBytes,
  kProcessVirtualMemoryBytes,
  kProcessOpenFds,
  kProcessMaxFds,
  kProcessStartTime,
  kEnd,  // the number of metrics
};

inline constexpr size_t kMetrics = static_cast<size_t>(MetricId::kEnd);

enum class MetricType : uint8_t {
  kCounter,    // only grows
  kGauge,      // current state
  kHistogram,  // cumulative counts per upper bound
};

inline constexpr size_t kLabelsMax = 4;

struct Metric {
  MetricId id;
  const char* name;
  MetricType type;
  const char* help;
  std::array<const char*, kLabelsMax> labels{};  // names; nullptr after the last
  // Histograms only: upper bounds, ascending, in the unit that is counted.
  std::span<const int64_t> bounds{};
  // Counted units per displayed unit: 1'000'000 if microseconds are shown as seconds.
  int64_t scale = 1;
};

const Metric& MetricOf(MetricId id);
std::span<const Metric> AllMetrics();

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_METRIC_TABLE_H_
