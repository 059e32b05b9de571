// Records for the tests of this room, and helpers to read a scrape.
#ifndef BANTO_TESTS_UNIT_OPS_RECORD_KIT_H_
#define BANTO_TESTS_UNIT_OPS_RECORD_KIT_H_

#include <string>

#include "proxy/ops/metrics.h"

namespace banto::ops {

// A streamed chat answer of a worker, after a failed attempt at another one.
inline ExchangeRecord StreamedChat() {
  ExchangeRecord record;
  record.started_unix_us = 1'767'323'045'678'901;  // 2026-01-02T03:04:05.678901Z
  record.request_id = "req-1";
  record.client = "10.0.0.7";
  record.method = "POST";
  record.path = "/v1/chat/completions";
  record.endpoint = "chat";
  record.model = "llama3";
  record.model_known = true;
  record.stream = true;
  record.status = 200;
  record.bytes_in = 300;
  record.bytes_out = 4'000;
  record.fetch.worker = "gpu1";
  record.fetch.worker_reason = "least_loaded";
  record.fetch.attempts = {{"gpu2", "connect_error", 0, 900, 850},
                           {"gpu1", "ok", 200, 1'150'000, -1}};
  record.cache = CacheOutcome::kMiss;
  record.cache_reason = "key_not_found";
  record.fetch.store = "stored";
  record.cache_key = "0123456789ab";
  record.duration_us = 1'234'567;
  record.lookup_us = 12;
  record.fetch.queue_us = 4'000;
  record.first_byte_us = 240'000;
  record.first_token_us = 250'000;
  record.overhead_us = 321;
  record.fetch.input_tokens = 11;
  record.fetch.output_tokens = 101;
  record.fetch.frames = 103;
  return record;
}

// The same answer from the cache.
inline ExchangeRecord Hit() {
  ExchangeRecord record = StreamedChat();
  record.fetch.attempts.clear();
  record.cache = CacheOutcome::kHit;
  record.cache_reason = "";
  record.fetch.store = "";
  record.fetch.queue_us = record.first_byte_us = -1;
  record.duration_us = 180;
  record.first_token_us = 150;
  record.saved_worker_us = 1'150'000;
  return record;
}

inline void Serve(ThreadMetrics* metrics, const ExchangeRecord& record) {
  metrics->OnExchangeStart(record.endpoint);
  metrics->OnExchange(record);
}

// The value after `series` in a scrape, as text; empty if there is no such line.
inline std::string ValueOf(const std::string& scrape, const std::string& series) {
  const std::string line = "\n" + series + " ";
  const size_t at = scrape.find(line);
  if (at == std::string::npos) return "";
  const size_t from = at + line.size();
  return scrape.substr(from, scrape.find('\n', from) - from);
}

}  // namespace banto::ops

#endif  // BANTO_TESTS_UNIT_OPS_RECORD_KIT_H_
