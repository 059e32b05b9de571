// Everything known about one finished Exchange: the source of the access log and the counters.
// Filled by the Exchange and handed over once, whatever its outcome. A value; never holds a prompt,
// an answer or a key. Its views point into the Exchange.
#ifndef BANTO_PROXY_OPS_EXCHANGE_RECORD_H_
#define BANTO_PROXY_OPS_EXCHANGE_RECORD_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/http/field_list.h"
#include "proxy/ops/fetch_outcome.h"

namespace banto::ops {

// What the cache did, as shown in X-Cache.
enum class CacheOutcome : uint8_t { kHit, kMiss, kShared, kStale, kBypass };
const char* CacheOutcomeName(CacheOutcome outcome);  // "hit" …

// What the client was waiting for when it left.
enum class LeftPhase : uint8_t { kNo, kQueued, kWaiting, kStreaming };
const char* LeftPhaseName(LeftPhase phase);

struct ExchangeRecord {
  uint64_t bytes_out = 0;  // of the body; in the first cache line because each token updates it
  int64_t started_unix_us = 0;
  std::string_view request_id, client, method;
  std::optional<http::FixedName> id_field;  // where the client's API has the id, too
  std::string_view path;                    // without the query (which may contain a prompt)
  std::string_view key;                     // the name of its [[keys]] entry; empty: there are none
  const char* endpoint = "other";           // chat, completions, embeddings, models, other
  std::string_view model;  // as routed; empty: none. The counters fold unknown names.
  bool model_known = false;
  std::string_view alias;   // what the client asked for, if [[models]] knows the name
  std::string_view mirror;  // the model that got a copy of the request; empty: none did
  std::string fallback;     // which models could not, and why, before this one was asked
  bool stream = false;
  int status = 0;             // as the client saw it; 499: it left before a head
  uint64_t bytes_in = 0;      // of the body
  int64_t cost_nano = -1;     // by the price of its model (money.h); -1: it has none
  int64_t avoided_nano = -1;  // what its tokens would have cost outside, or without the cache
  FetchOutcome fetch;         // of a hit: the worker and token counts of the original request
  CacheOutcome cache = CacheOutcome::kBypass;
  const char* cache_reason = "";  // why it was a miss or bypassed
  std::string separated_by;       // the header without which it might have been a hit; empty: none
                                  // known
  std::string cache_key;          // 12 hex digits; empty: none
  const char* error = "";         // our own error code ("queue_full", "no_worker" …); empty: none
  LeftPhase left = LeftPhase::kNo;
  uint32_t items = 0;        // of a request whose items are kept one by one
  uint32_t items_found = 0;  // … of which the cache had so many
  // Durations in microseconds; -1: does not apply.
  int64_t duration_us = 0;
  int64_t lookup_us = -1;       // cache look-up
  int64_t first_byte_us = -1;   // from the end of the request to the worker's first byte
  int64_t first_token_us = -1;  // from the request's head to the first token sent to the client
  int64_t overhead_us = -1;     // our own share: the duration without waiting for worker, queue and
                                // client
  bool joined = false;  // it waited for others' worker, and nobody knows how long: no overhead
  int64_t saved_worker_us = -1;  // on hits: how long the worker took originally

  // Our own share of the time since its request was whole.
  int64_t OverheadOf(int64_t us) const {
    us -= std::max<int64_t>(0, fetch.queue_us);
    for (const AttemptRecord& attempt : fetch.attempts) us -= attempt.us;
    return std::max<int64_t>(0, us);
  }
};

// A worker answered this very request, or one that is shared and in whose record its cost is.
inline bool FromWorker(const ExchangeRecord& record) {
  if (record.cache == CacheOutcome::kShared) return !record.fetch.attempts.empty();
  return record.cache == CacheOutcome::kMiss || record.cache == CacheOutcome::kBypass;
}

// Where records go. One per ProxyThread; called on its thread.
class ExchangeObserver {
 public:
  virtual void OnExchangeStart(const char* endpoint) = 0;
  virtual void OnExchange(const ExchangeRecord& record) = 0;
  // A Fetch whose readers have all left: what it cost, which is in none of their records.
  virtual void OnUnreadFetch(const ExchangeRecord& model_and_fetch) = 0;
  // A copy of a request, which another model got; of the original the model. status 0: nobody had a
  // free slot.
  virtual void OnCopy(const ExchangeRecord& original, const ExchangeRecord& copy) = 0;
  // Another model is asked, because the workers of this one could not.
  virtual void OnFallback(const ExchangeRecord& so_far, const char* reason) = 0;
  // Between two data writes of one streamed answer.
  virtual void OnChunkGap(int64_t us) = 0;
  virtual void OnClientConnections(int delta) = 0;

 protected:
  ~ExchangeObserver() = default;
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_EXCHANGE_RECORD_H_
