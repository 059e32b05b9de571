#include "proxy/ops/thread_metrics.h"

#include <algorithm>
#include <string_view>

#include "proxy/ops/access_log.h"
#include "proxy/ops/log_writer.h"

namespace banto::ops {
namespace {

using enum MetricId;

// record.fetch.store: "stored", how the store failed, or why it was not tried.
std::string_view StoreOutcome(std::string_view store) {
  if (store == "stored") return "stored";
  const bool failed = store == "store_down" || store == "circuit_open" || store == "failed";
  return failed ? "failed" : "skipped";
}

int64_t TokensOf(const FetchOutcome& fetch) {
  return std::max<int64_t>(fetch.input_tokens, 0) + std::max<int64_t>(fetch.output_tokens, 0);
}

}  // namespace

ThreadCounters::ThreadCounters(ModelNames* names, RedisStateLog* redis_log, LogRing* ring,
                               conf::Log::Format format)
    : names_(names),
      redis_log_(redis_log),
      ring_(ring),
      format_(format),
      chunk_gap_(series_.Of(kInterChunkLatency)),
      connections_(series_.Of(kConnectionsActive, series_.values().Id("client"))),
      input_id_(Id("input")),
      output_id_(Id("output")) {}

void ThreadCounters::OnExchangeStart(const char* endpoint) {
  series_.Of(kRequestsInFlight, Literal(endpoint)).Add(1);
}

// Names that clients make up are not labels.
uint32_t ThreadCounters::ModelId(const ExchangeRecord& record) {
  return names_->Admits(record) ? Recent(record.model, &last_model_) : LabelValues::kOther;
}

ThreadCounters::Labels ThreadCounters::LabelsOf(const ExchangeRecord& record) {
  Labels labels;
  labels.endpoint = Literal(record.endpoint);
  labels.model = ModelId(record);
  // A hit names the worker that answered originally, which did nothing this time.
  labels.worker =
      FromWorker(record) ? Recent(record.fetch.worker, &last_worker_) : LabelValues::kEmpty;
  labels.cache = Literal(CacheOutcomeName(record.cache));
  return labels;
}

void ThreadCounters::OnExchange(const ExchangeRecord& record) {
  const Labels labels = LabelsOf(record);
  CountRequest(record, labels);
  if (!record.key.empty()) CountKey(record);
  CountTimes(record, labels);
  CountTokens(record, labels);
  CountMoney(record, labels);
  CountAttempts(record, labels);
  CountCache(record, labels);
  if (!record.mirror.empty()) CountSide(labels.model, Id(record.mirror), "original", record);
  WriteLine(record);
}

void ThreadCounters::CountRequest(const ExchangeRecord& record, const Labels& labels) {
  series_.Of(kRequestsInFlight, labels.endpoint).Add(-1);
  series_.Of(kRequests, labels.endpoint, labels.model, CodeId(record.status), labels.cache).Add(1);
  series_.Of(kRequestBodyBytes, labels.endpoint).Observe(static_cast<int64_t>(record.bytes_in));
  if (record.left != LeftPhase::kNo) {
    series_.Of(kClientDisconnects, Literal(LeftPhaseName(record.left))).Add(1);
  }
  if (*record.error != '\0' && record.fetch.attempts.empty()) {
    series_.Of(kRequestsRejected, Literal(record.error), labels.model).Add(1);
  }
}

// Names of keys are bounded by the configuration.
void ThreadCounters::CountKey(const ExchangeRecord& record) {
  const uint32_t key = Recent(record.key, &last_key_);
  series_.Of(kKeyRequests, key, CodeId(record.status)).Add(1);
  if (!FromWorker(record)) return;
  if (record.fetch.input_tokens > 0)
    series_.Of(kKeyTokens, key, input_id_).Add(record.fetch.input_tokens);
  if (record.fetch.output_tokens > 0)
    series_.Of(kKeyTokens, key, output_id_).Add(record.fetch.output_tokens);
}

void ThreadCounters::CountTimes(const ExchangeRecord& record, const Labels& labels) {
  series_.Of(kRequestDuration, labels.endpoint, labels.model, labels.cache)
      .Observe(record.duration_us);
  if (record.overhead_us >= 0) {
    series_.Of(kOverhead, labels.endpoint).Observe(record.overhead_us);
  }
  if (record.fetch.queue_us >= 0)
    series_.Of(kQueueWait, labels.model).Observe(record.fetch.queue_us);
  if (!record.stream || record.first_token_us < 0) return;
  series_.Of(kTimeToFirstToken, labels.model, labels.worker, labels.cache)
      .Observe(record.first_token_us);
  if (FromWorker(record) && record.fetch.output_tokens > 1) {
    series_.Of(kTimePerOutputToken, labels.model, labels.worker)
        .Observe(std::max<int64_t>(0, record.duration_us - record.first_token_us) /
                 (record.fetch.output_tokens - 1));
  }
}

void ThreadCounters::CountTokens(const ExchangeRecord& record, const Labels& labels) {
  if (record.fetch.output_tokens >= 0) {
    series_.Of(kRequestOutputTokens, labels.model).Observe(record.fetch.output_tokens);
  }
  if (!FromWorker(record)) return CountSavings(record, labels);
  if (record.fetch.input_tokens > 0) {
    series_.Of(kTokens, labels.model, labels.worker, input_id_).Add(record.fetch.input_tokens);
  }
  if (record.fetch.output_tokens > 0) {
    series_.Of(kTokens, labels.model, labels.worker, output_id_).Add(record.fetch.output_tokens);
  }
  const std::string_view endpoint = record.endpoint;
  const bool generates =
      endpoint == "chat" || endpoint == "completions" || endpoint == "embeddings";
  if (generates && record.status == 200 && record.left == LeftPhase::kNo &&
      !record.fetch.worker.empty() && record.fetch.input_tokens < 0 &&
      record.fetch.output_tokens < 0) {
    series_.Of(kResponsesWithoutUsage, labels.worker).Add(1);
  }
}

void ThreadCounters::OnCopy(const ExchangeRecord& original, const ExchangeRecord& copy) {
  CountSide(ModelId(original), ModelId(copy), "copy", copy);
}

void ThreadCounters::OnFallback(const ExchangeRecord& so_far, const char* reason) {
  series_.Of(kFallbacks, ModelId(so_far), Literal(reason)).Add(1);
}

// Of a request and of its copy the same is counted, so that the two models can be compared.
void ThreadCounters::CountSide(uint32_t model, uint32_t mirror, const char* side,
                               const ExchangeRecord& record) {
  const uint32_t which = Literal(side);
  series_.Of(kMirrorRequests, model, mirror, which, CodeId(record.status)).Add(1);
  if (record.status != 200) return;
  series_.Of(kMirrorSeconds, model, mirror, which).Add(record.duration_us);
  if (record.fetch.output_tokens > 0)
    series_.Of(kMirrorOutputTokens, model, mirror, which).Add(record.fetch.output_tokens);
}

void ThreadCounters::CountMoney(const ExchangeRecord& record, const Labels& labels) {
  if (record.cost_nano < 0 && record.avoided_nano < 0) return;
  const uint32_t key = Recent(record.key, &last_key_);
  if (record.cost_nano > 0)
    series_.Of(kCost, labels.model, labels.worker, key).Add(record.cost_nano);
  if (record.avoided_nano > 0) {
    const char* const by = FromWorker(record) ? "local" : "cache";
    series_.Of(kCostAvoided, labels.model, Literal(by), key).Add(record.avoided_nano);
    series_.Of(kCostAvoidedTokens, labels.model, Literal(by)).Add(TokensOf(record.fetch));
  }
}

void ThreadCounters::CountSavings(const ExchangeRecord& record, const Labels& labels) {
  if (record.fetch.input_tokens > 0) {
    series_.Of(kCacheSavedTokens, labels.model, input_id_).Add(record.fetch.input_tokens);
  }
  if (record.fetch.output_tokens > 0) {
    series_.Of(kCacheSavedTokens, labels.model, output_id_).Add(record.fetch.output_tokens);
  }
  if (record.saved_worker_us > 0) {
    series_.Of(kCacheSavedWorkerSeconds, labels.model).Add(record.saved_worker_us);
  }
}

void ThreadCounters::CountAttempts(const ExchangeRecord& record, const Labels& labels) {
  for (const AttemptRecord& attempt : record.fetch.attempts) {
    const uint32_t worker = Recent(attempt.worker, &last_worker_);
    const std::string_view result = attempt.result;
    series_.Of(kWorkerRequests, worker, labels.model, CodeId(attempt.status)).Add(1);
    series_.Of(kWorkerRequestDuration, worker, labels.model).Observe(attempt.us);
    if (attempt.connect_us >= 0) {
      series_.Of(kWorkerConnectDuration, worker).Observe(attempt.connect_us);
    }
    if (result != "ok" && result != "client_left") {
      series_.Of(kWorkerErrors, worker, Id(result)).Add(1);
    }
    if (&attempt != &record.fetch.attempts.back()) series_.Of(kRetries, Id(result)).Add(1);
  }
}

void ThreadCounters::CountCache(const ExchangeRecord& record, const Labels& labels) {
  series_.Of(kCacheRequests, labels.cache, Literal(record.cache_reason), labels.model).Add(1);
  if (record.lookup_us >= 0) {
    series_.Of(kCacheLookupDuration, labels.cache).Observe(record.lookup_us);
  }
  if (*record.fetch.store == '\0') return;
  const std::string_view outcome = StoreOutcome(record.fetch.store);
  const uint32_t reason = outcome == "stored" ? LabelValues::kEmpty : Literal(record.fetch.store);
  series_.Of(kCacheStores, Id(outcome), reason).Add(1);
}

void ThreadCounters::WriteLine(const ExchangeRecord& record) {
  if (ring_ == nullptr) return;
  line_.clear();
  AppendAccessLine(record, format_.load(std::memory_order_relaxed), &line_);
  ring_->Push(line_);
}

// Most records have the same model and worker as the previous one.
uint32_t ThreadCounters::Recent(std::string_view text, uint32_t* last) {
  if (*series_.values().Text(*last) != text) *last = Id(text);
  return *last;
}

uint32_t ThreadCounters::CodeId(int status) {
  if (status <= 0 || status >= static_cast<int>(kCodes)) return Id("none");
  uint16_t& id = code_ids_[static_cast<size_t>(status)];
  if (id == 0) id = static_cast<uint16_t>(Id(std::to_string(status)));
  return id;
}

void ThreadCounters::OnUnreadFetch(const ExchangeRecord& model_and_fetch) {
  const Labels labels = LabelsOf(model_and_fetch);
  CountAttempts(model_and_fetch, labels);
  CountTokens(model_and_fetch, labels);
  CountMoney(model_and_fetch, labels);
}

void ThreadCounters::OnChunkGap(int64_t us) { chunk_gap_.Observe(us); }

void ThreadCounters::OnClientConnections(int delta) { connections_.Add(delta); }

void ThreadCounters::OnRedisOperation(const char* operation, const char* result, int64_t us) {
  const uint32_t id = Literal(operation);
  series_.Of(kCacheStoreOperations, id, Literal(result)).Add(1);
  // What was not sent has no duration.
  if (std::string_view(result) != "skipped") {
    series_.Of(kCacheStoreOperationDuration, id).Observe(us);
  }
}

void ThreadCounters::OnRedisState(bool up, bool circuit_open, const std::string& why) {
  redis_log_->Tell(up, why);
  redis_up_.store(up, std::memory_order_relaxed);
  redis_circuit_open_.store(circuit_open, std::memory_order_relaxed);
}

}  // namespace banto::ops
