#include "proxy/ops/metric_table.h"

#include "proxy/ops/metric_buckets.h"
#include "proxy/ops/money.h"

namespace banto::ops {
namespace {

using enum MetricId;
using enum MetricType;

constexpr int64_t kUsPerSecond = 1'000'000;

// One entry per paragraph reads like the table that it is.
// clang-format off
constexpr Metric kTable[] = {
    {kRequests, "banto_requests_total", kCounter, "Client requests finished, by outcome.",
     {"endpoint", "model", "code", "cache"}},
    {kRequestsInFlight, "banto_requests_in_flight", kGauge, "Client requests being served now.",
     {"endpoint"}},
    {kRequestDuration, "banto_request_duration_seconds", kHistogram,
     "From the request's head to the last byte of the answer.", {"endpoint", "model", "cache"},
     kRequestUs, kUsPerSecond},
    {kTimeToFirstToken, "banto_time_to_first_token_seconds", kHistogram,
     "From the request's head to the first token sent to the client (streams only).", {"model",
     "worker", "cache"}, kFirstTokenUs, kUsPerSecond},
    {kTimePerOutputToken, "banto_time_per_output_token_seconds", kHistogram,
     "Per streamed answer: time after the first token, per further output token.",
     {"model", "worker"}, kTokenUs, kUsPerSecond},
    {kInterChunkLatency, "banto_inter_chunk_latency_seconds", kHistogram,
     "Between two chunks of a streamed answer; a chunk may hold several tokens.", {}, kTokenUs,
     kUsPerSecond},
    {kOverhead, "banto_overhead_seconds", kHistogram,
     "The proxy's own share of a request: without waiting for workers, queue and client.",
     {"endpoint"}, kFastUs, kUsPerSecond},
    {kRequestBodyBytes, "banto_request_body_bytes", kHistogram, "Size of client request bodies.",
     {"endpoint"}, kBytes},
    {kRequestOutputTokens, "banto_request_output_tokens", kHistogram,
     "Output tokens per answer, including cached answers.", {"model"}, kTokenCounts},
    {kTokens, "banto_tokens_total", kCounter,
     "Tokens that workers read (prompt) and wrote (completion).", {"model", "worker", "type"}},
    {kResponsesWithoutUsage, "banto_responses_without_usage_total", kCounter,
     "Successful answers of workers without token counts.", {"worker"}},
    {kClientDisconnects, "banto_client_disconnects_total", kCounter,
     "Requests whose client left before the end of the answer.", {"phase"}},
    {kRequestsRejected, "banto_requests_rejected_total", kCounter,
     "Requests refused before they reached a worker.", {"reason", "model"}},
    {kQueueDepth, "banto_queue_depth", kGauge, "Requests waiting for a free slot of a worker.",
     {"model"}},
    {kQueueWait, "banto_queue_wait_seconds", kHistogram,
     "How long requests waited for a free slot of a worker.", {"model"}, kRequestUs, kUsPerSecond},
    {kKeyRequests, "banto_key_requests_total", kCounter,
     "Client requests finished, by the name of their key.", {"key", "code"}},
    {kKeyTokens, "banto_key_tokens_total", kCounter,
     "Tokens that workers read (input) and wrote (output) for requests with this key.",
     {"key", "type"}},
    {kCost, "banto_cost_total", kCounter,
     "What answers of workers cost, by the prices of [[models]].", {"model", "worker", "key"}, {},
     kNanoPerUnit},
    {kCostAvoided, "banto_cost_avoided_total", kCounter,
     "What the tokens of local workers, and of answers without a worker, would have cost.",
     {"model", "by", "key"}, {}, kNanoPerUnit},
    {kCostAvoidedTokens, "banto_cost_avoided_tokens_total", kCounter,
     "The tokens, read and written, that banto_cost_avoided_total is for.", {"model", "by"}},
    {kMirrorRequests, "banto_mirror_requests_total", kCounter,
     "Requests of which another model got a copy, and the copies (code none: no free slot).",
     {"model", "mirror", "side", "code"}},
    {kMirrorSeconds, "banto_mirror_seconds_total", kCounter,
     "How long both took, of those with code 200.", {"model", "mirror", "side"}, {}, kUsPerSecond},
    {kMirrorOutputTokens, "banto_mirror_output_tokens_total", kCounter,
     "Tokens that both wrote, of those with code 200.", {"model", "mirror", "side"}},
    {kFallbacks, "banto_fallbacks_total", kCounter,
     "Requests that were put to another model, because the workers of this one could not.",
     {"model", "reason"}},
    {kWorkerUp, "banto_worker_up", kGauge, "1 while the worker passes its health checks.",
     {"worker"}},
    {kWorkerState, "banto_worker_state", kGauge,
     "1 for the worker's administrative state.", {"worker", "state"}},
    {kWorkerWeight, "banto_worker_weight", kGauge, "The worker's weight.", {"worker"}},
    {kWorkerRequestsInFlight, "banto_worker_requests_in_flight", kGauge,
     "Requests in flight at the worker.", {"worker"}},
    {kWorkerMaxInFlight, "banto_worker_max_in_flight", kGauge,
     "Maximum number of concurrent requests at the worker (0: no limit).", {"worker"}},
    {kWorkerCircuitOpen, "banto_worker_circuit_open", kGauge,
     "1 while the worker is ejected because of failed requests.", {"worker"}},
    {kWorkerRequests, "banto_worker_requests_total", kCounter,
     "Attempts at the worker, by status of the answer (none: no answer).", {"worker", "model",
     "code"}},
    {kWorkerErrors, "banto_worker_errors_total", kCounter, "Failed attempts at the worker.",
     {"worker", "reason"}},
    {kWorkerRequestDuration, "banto_worker_request_duration_seconds", kHistogram,
     "How long attempts at the worker took.", {"worker", "model"}, kRequestUs, kUsPerSecond},
    {kWorkerConnectDuration, "banto_worker_connect_duration_seconds", kHistogram,
     "How long new connections to the worker took, TLS included.", {"worker"}, kFastUs,
     kUsPerSecond},
    {kWorkerHealthChecks, "banto_worker_health_checks_total", kCounter,
     "Health checks of the worker, by result.", {"worker", "result"}},
    {kWorkerEngineRequestsWaiting, "banto_worker_engine_requests_waiting", kGauge,
     "Requests queued inside the engine, according to its own metrics.", {"worker"}},
    {kWorkerEngineKvCacheUsage, "banto_worker_engine_kv_cache_usage_ratio", kGauge,
     "Usage of the engine's KV cache, 0 to 1, according to its own metrics.", {"worker"}},
    {kWorkerAwaitedTokens, "banto_worker_awaited_prompt_tokens", kGauge,
     "Prompt tokens at the worker that await their first token, less what is in its KV cache, as "
     "estimated.", {"worker"}},
    {kWorkerPrefixBlocks, "banto_worker_prefix_blocks", kGauge,
     "Blocks of 256 bytes of prompts that the worker is assumed to have in its KV cache.",
     {"worker"}},
    {kWorkerPrefixCapacity, "banto_worker_prefix_capacity_blocks", kGauge,
     "Blocks of prompts that the worker's KV cache is assumed to have room for, by what it tells "
     "and by what its answers say was cached.", {"worker"}},
    {kPrefixIndexBytes, "banto_prefix_index_bytes", kGauge,
     "Size of the index of who has which beginnings of prompts.", {}},
    {kRetries, "banto_retries_total", kCounter, "Attempts that were followed by another one.",
     {"reason"}},
    {kCacheRequests, "banto_cache_requests_total", kCounter,
     "Requests by what the cache did, and why.", {"result", "reason", "model"}},
    {kCacheLookupDuration, "banto_cache_lookup_duration_seconds", kHistogram,
     "How long a look-up in the cache took.", {"result"}, kFastUs, kUsPerSecond},
    {kCacheStores, "banto_cache_stores_total", kCounter,
     "Answers considered for storing, by outcome.", {"result", "reason"}},
    {kCacheSavedTokens, "banto_cache_saved_tokens_total", kCounter,
     "Tokens that no worker had to process because of the cache.", {"model", "type"}},
    {kCacheSavedWorkerSeconds, "banto_cache_saved_worker_seconds_total", kCounter,
     "Worker time saved by hits, as measured when the answers were stored.", {"model"},
     {}, kUsPerSecond},
    {kCacheMemoryEntries, "banto_cache_memory_entries", kGauge, "Answers in the memory tier.", {}},
    {kCacheMemoryBytes, "banto_cache_memory_bytes", kGauge, "Size of the memory tier.", {}},
    {kCacheMemoryPinnedBytes, "banto_cache_memory_pinned_bytes", kGauge,
     "Bytes evicted from the memory tier, but still being sent to a client.", {}},
    {kCacheMemoryEvictions, "banto_cache_memory_evictions_total", kCounter,
     "Answers evicted from the memory tier to make room.", {}},
    {kCacheMemoryExpirations, "banto_cache_memory_expirations_total", kCounter,
     "Answers that expired in the memory tier.", {}},
    {kCacheStoreUp, "banto_cache_store_up", kGauge, "1 while Redis answers all threads.", {}},
    {kCacheStoreCircuitOpen, "banto_cache_store_circuit_open", kGauge,
     "1 while a thread skips Redis because it was slow or down.", {}},
    {kCacheStoreOperations, "banto_cache_store_operations_total", kCounter,
     "Redis commands, by result.", {"operation", "result"}},
    {kCacheStoreOperationDuration, "banto_cache_store_operation_duration_seconds", kHistogram,
     "How long Redis commands took.", {"operation"}, kFastUs, kUsPerSecond},
    {kConfigLastReloadSuccessful, "banto_config_last_reload_successful", kGauge,
     "1 if the last load of the configuration succeeded.", {}},
    {kConfigLastReloadSuccessTimestamp, "banto_config_last_reload_success_timestamp_seconds",
     kGauge, "When the running configuration was loaded, in Unix time.", {}},
    {kEventLoopLag, "banto_event_loop_lag_seconds", kGauge,
     "How late the last wake-up of the event loop ran (loop 0: the control plane).", {"loop"}, {},
     kUsPerSecond},
    {kConnectionsActive, "banto_connections_active", kGauge, "Open connections.", {"side"}},
    {kLogMessages, "banto_log_messages_total", kCounter, "Messages in the event log.", {"level"}},
    {kLogLinesDropped, "banto_log_lines_dropped_total", kCounter,
     "Access lines lost because they were not read fast enough.", {}},
    {kBuildInfo, "banto_build_info", kGauge, "Version and revision of this build; always 1.",
     {"version", "revision"}},
    {kProcessCpuSeconds, "process_cpu_seconds_total", kCounter, "User and system CPU time spent.",
     {}, {}, kUsPerSecond},
    {kProcessResidentMemoryBytes, "process_resident_memory_bytes", kGauge, "Resident memory size.",
     {}},
    {kProcessVirtualMemoryBytes, "process_virtual_memory_bytes", kGauge, "Virtual memory size.",
     {}},
    {kProcessOpenFds, "process_open_fds", kGauge, "Open file descriptors.", {}},
    {kProcessMaxFds, "process_max_fds", kGauge, "Maximum number of file descriptors.", {}},
    {kProcessStartTime, "process_start_time_seconds", kGauge,
     "When the process started, in Unix time.", {}},
};
// clang-format on

consteval bool InOrder() {
  for (size_t i = 0; i < std::size(kTable); ++i) {
    if (static_cast<size_t>(kTable[i].id) != i) return false;
  }
  return std::size(kTable) == kMetrics;
}
static_assert(InOrder(), "kTable must follow MetricId");

}  // namespace

const Metric& MetricOf(MetricId id) { return kTable[static_cast<size_t>(id)]; }

std::span<const Metric> AllMetrics() { return kTable; }

}  // namespace banto::ops
