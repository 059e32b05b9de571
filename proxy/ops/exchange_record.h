// Everything that is known of one finished Exchange: what the access log prints and the counters
// count. Filled by the Exchange, handed over once, on every way out. A value; never holds a prompt,
// an answer or a key. Its views are of what its Exchange owns.
#ifndef BANTO_PROXY_OPS_EXCHANGE_RECORD_H_
#define BANTO_PROXY_OPS_EXCHANGE_RECORD_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/ops/fetch_outcome.h"

namespace banto::ops {

// What the cache did; the word that X-Cache shows.
enum class CacheOutcome : uint8_t { kHit, kMiss, kShared, kStale, kBypass };
const char* CacheOutcomeName(CacheOutcome outcome);  // "hit" …

// Where the client was when it left.
enum class LeftPhase : uint8_t { kNo, kQueued, kWaiting, kStreaming };
const char* LeftPhaseName(LeftPhase phase);

struct ExchangeRecord {
  uint64_t bytes_out = 0;  // of the body; in the first line because each token counts
  int64_t started_unix_us = 0;
  std::string_view request_id, client, method;
  std::string_view path;           // without the query (it may carry a prompt)
  const char* endpoint = "other";  // chat, completions, embeddings, models, other
  std::string_view model;  // as routed; empty: none. Unknown names are folded by the counters.
  bool model_known = false;
  bool stream = false;
  int status = 0;         // as the client saw it; 499: it left before a head
  uint64_t bytes_in = 0;  // of the body
  FetchOutcome fetch;     // of a hit: the worker and the tokens of the first time
  CacheOutcome cache = CacheOutcome::kBypass;
  const char* cache_reason = "";  // why it missed or was bypassed
  std::string separated_by;       // the header but for which it might have hit; empty: none known
  std::string cache_key;          // 12 hex digits; empty: none
  const char* error = "";         // our own error code ("queue_full", "no_worker" …); empty: none
  LeftPhase left = LeftPhase::kNo;
  // Durations in microseconds; -1: did not happen.
  int64_t duration_us = 0;
  int64_t lookup_us = -1;       // cache look-up
  int64_t first_byte_us = -1;   // from the request's end to the worker's first byte
  int64_t first_token_us = -1;  // from the request's head to the first token sent to the client
  int64_t overhead_us = -1;  // our own share: duration without waiting for worker, queue and client
  int64_t saved_worker_us = -1;  // on hits: what the worker took the first time
};

// Where records go. One a ProxyThread; called on its thread.
class ExchangeObserver {
 public:
  virtual void OnExchangeStart(const char* endpoint) = 0;
  virtual void OnExchange(const ExchangeRecord& record) = 0;
  // Between two data writes of one streamed answer.
  virtual void OnChunkGap(int64_t us) = 0;
  virtual void OnClientConnections(int delta) = 0;

 protected:
  ~ExchangeObserver() = default;
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_EXCHANGE_RECORD_H_
