// The outcome of a Fetch: who answered, after which attempts and how long, and what became of the
// answer. A value, owned by its Fetch while that runs; each reader copies it into its own record.
#ifndef BANTO_PROXY_OPS_FETCH_OUTCOME_H_
#define BANTO_PROXY_OPS_FETCH_OUTCOME_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/net/recycled.h"

namespace banto::ops {

// One attempt at one worker.
struct AttemptRecord {
  std::string worker;
  const char* result = "";  // ok, connect_error, connect_timeout, tls, resolve, reset,
                            // first_byte_timeout, first_token_timeout, idle_timeout, protocol,
                            // not_assembled, http_5xx, key_refused, overloaded, client_left,
                            // no_descriptors
  int status = 0;           // of the worker's answer; 0: none
  int64_t us = 0;           // from the pick to its end
  int64_t connect_us = -1;  // -1: reused a pooled connection
};

// Nearly always a single one, whose memory is recycled.
using AttemptRecords = std::vector<AttemptRecord, net::RecycledAllocator<AttemptRecord>>;

// How a question was put to a worker that does not speak its API.
struct TranslationRecord {
  std::string name;     // "anthropic>openai"
  std::string dropped;  // what was left out of it: "top_k, tools[web_search]"
};

// Why a worker was chosen, and for what prompt.
struct PickRecord {
  std::string words;            // with what its rivals would have cost; empty: nothing was weighed
  std::string session, prefix;  // hashes of the prompt, if log.prefixes asks for them
};

struct FetchOutcome {
  uint64_t frames = 0;            // data frames received, of a stream
  int64_t queue_us = -1;          // time spent waiting for a slot; -1: did not wait
  int64_t first_byte_at_us = 0;   // steady clock; 0: none arrived
  int64_t first_token_at_us = 0;  // likewise
  int64_t input_tokens = -1, output_tokens = -1;
  int64_t cached_tokens = -1;      // of the input, which the engine had cached
  std::string worker;              // the worker that answered; empty: none
  const char* worker_reason = "";  // why it was chosen: "least_loaded", "only", "queue" …
  const char* store = "";          // "stored", or why it was not; empty: storing was not considered
  std::shared_ptr<const PickRecord> pick;  // nullptr: there was no choice worth telling
  std::shared_ptr<const TranslationRecord> translation;  // nullptr: the worker was asked as it came
  AttemptRecords attempts;

  // Of one more answer, or of what was told of it.
  void AddTokens(int64_t input, int64_t output, int64_t cached) {
    input_tokens = Sum(input_tokens, input);
    output_tokens = Sum(output_tokens, output);
    cached_tokens = Sum(cached_tokens, cached);
  }

  // Becomes that of the next Fetch for the same client, with what both cost.
  void Add(FetchOutcome next) {
    next.frames += frames;
    next.queue_us = Sum(queue_us, next.queue_us);
    next.AddTokens(input_tokens, output_tokens, cached_tokens);
    if (!attempts.empty())
      next.attempts.insert(next.attempts.begin(), attempts.begin(), attempts.end());
    *this = std::move(next);
  }

  // Empty where nothing was translated.
  std::string_view translated() const {
    return translation ? translation->name : std::string_view();
  }
  std::string_view dropped() const {
    return translation ? translation->dropped : std::string_view();
  }

 private:
  // Negative: unknown.
  static int64_t Sum(int64_t a, int64_t b) { return a < 0 ? b : a + std::max<int64_t>(0, b); }
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_FETCH_OUTCOME_H_
