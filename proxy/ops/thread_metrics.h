// The counting of one ProxyThread: enters a record into its series, then into the access log.
// Observer functions are for its thread, const ones for scrapes.
#ifndef BANTO_PROXY_OPS_THREAD_METRICS_H_
#define BANTO_PROXY_OPS_THREAD_METRICS_H_

#include <array>
#include <atomic>
#include <string>

#include "proxy/ops/metrics.h"
#include "proxy/ops/model_names.h"
#include "proxy/ops/redis_state_log.h"
#include "proxy/ops/series_table.h"

namespace banto::ops {

class ThreadCounters final : public ThreadMetrics {
 public:
  ThreadCounters(ModelNames* names, RedisStateLog* redis_log, LogRing* ring,
                 conf::Log::Format format);

  void OnExchangeStart(const char* endpoint) override;
  void OnExchange(const ExchangeRecord& record) override;
  void OnUnreadFetch(const ExchangeRecord& model_and_fetch) override;
  void OnCopy(const ExchangeRecord& original, const ExchangeRecord& copy) override;
  void OnFallback(const ExchangeRecord& so_far, const char* reason) override;
  void OnChunkGap(int64_t us) override;
  void OnClientConnections(int delta) override;
  void OnRedisOperation(const char* operation, const char* result, int64_t us) override;
  void OnRedisState(bool up, bool circuit_open, const std::string& why) override;

  void SetLogFormat(conf::Log::Format format) { format_.store(format, std::memory_order_relaxed); }

  const SeriesTable& series() const { return series_; }
  bool redis_up() const { return redis_up_.load(std::memory_order_relaxed); }
  bool redis_circuit_open() const { return redis_circuit_open_.load(std::memory_order_relaxed); }

 private:
  // The label values of one record, as ids.
  struct Labels {
    uint32_t endpoint, model, worker, cache;
  };
  Labels LabelsOf(const ExchangeRecord& record);
  void CountRequest(const ExchangeRecord& record, const Labels& labels);
  void CountKey(const ExchangeRecord& record);
  void CountTimes(const ExchangeRecord& record, const Labels& labels);
  void CountTokens(const ExchangeRecord& record, const Labels& labels);
  void CountMoney(const ExchangeRecord& record, const Labels& labels);
  void CountAttempts(const ExchangeRecord& record, const Labels& labels);
  uint32_t ModelId(const ExchangeRecord& record);
  void CountSide(uint32_t model, uint32_t mirror, const char* side, const ExchangeRecord& record);
  void CountCache(const ExchangeRecord& record, const Labels& labels);
  void CountSavings(const ExchangeRecord& record, const Labels& labels);
  void WriteLine(const ExchangeRecord& record);
  uint32_t Id(std::string_view text) { return series_.values().Id(text); }
  uint32_t Literal(const char* text) { return series_.values().IdOfLiteral(text); }
  uint32_t Recent(std::string_view text, uint32_t* last);
  uint32_t CodeId(int status);

  static constexpr size_t kCodes = 1000;
  ModelNames* const names_;
  RedisStateLog* const redis_log_;
  LogRing* const ring_;
  std::atomic<conf::Log::Format> format_;  // a reload may change it
  SeriesTable series_;
  Series& chunk_gap_;
  Series& connections_;
  const uint32_t input_id_, output_id_;
  uint32_t last_model_ = LabelValues::kEmpty, last_worker_ = LabelValues::kEmpty,
           last_key_ = LabelValues::kEmpty;
  std::array<uint16_t, kCodes> code_ids_{};  // by status; 0: not seen yet
  std::string line_;
  // Redis counts as up until a command has shown otherwise.
  std::atomic<bool> redis_up_{true}, redis_circuit_open_{false};
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_THREAD_METRICS_H_
