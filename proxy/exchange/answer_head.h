// Every field that banto adds to an answer, for every way out, in one place: which pages may read
// it (CORS), what the cache did (Cache-Status of RFC 9211, X-Cache, Age), who answered
// (X-Banto-Worker, X-Banto-Model, X-Request-Id, Server-Timing), why not and whether to ask again
// (Retry-After, X-Should-Retry, X-Banto-Reason), and that streams must not be buffered on the way
// (X-Accel-Buffering). A field for all answers is added here and nowhere else; the table in
// answer_head_test.cc shows which kind gets which. Pure.
#ifndef BANTO_PROXY_EXCHANGE_ANSWER_HEAD_H_
#define BANTO_PROXY_EXCHANGE_ANSWER_HEAD_H_

#include <cstdint>
#include <string_view>

#include "cache/entry.h"
#include "proxy/http/field_list.h"
#include "proxy/ops/exchange_record.h"
#include "proxy/question/cors.h"

namespace banto {

enum class AnswerKind : uint8_t {
  kRelayed,    // a worker's answer, good or bad
  kEarly,      // the 200 of a stream whose worker has not answered yet (commit_after)
  kHit,        // an entry of the cache
  kListing,    // a body of our own
  kError,      // an error of our own, even before there is an Exchange
  kPreflight,  // a browser's preflight that we answer
};

// What is known when an answer begins. Each kind uses what it needs.
struct HeadFacts {
  HeadFacts(AnswerKind the_kind, const ops::ExchangeRecord& the_record)
      : kind(the_kind), record(the_record) {}
  // For a hit; `the_now_ms` is wall clock.
  HeadFacts(const ops::ExchangeRecord& the_record, const cache::Entry& the_entry,
            int64_t the_now_ms, Cors the_cors)
      : kind(AnswerKind::kHit),
        record(the_record),
        entry(&the_entry),
        now_ms(the_now_ms),
        cors(the_cors) {}

  AnswerKind kind;
  const ops::ExchangeRecord& record;
  // While a Fetch runs: its outcome so far; otherwise the record's.
  const ops::FetchOutcome* fetch = &record.fetch;
  bool routed = true;                   // to the record's model
  bool cache_asked = false;             // a cache is configured for this request
  bool stored = false;                  // RFC 9211: already stored, not just storable
  int forward_status = 0;               // of the worker
  bool live = false;                    // a stream of events or lines whose worker says nothing
                                        // about buffering
  const cache::Entry* entry = nullptr;  // kHit
  int64_t now_ms = 0;                   // kHit: wall clock
  std::string_view content_type;        // kListing, kError
  std::string_view allow;               // kError: the allowed methods (405)
  std::string_view challenge;           // kError: how to authenticate (401)
  int retry_after_s = 0;                // kError; 0: none, or Refusal::kNotAgain
  std::string_view requested_headers;   // kPreflight
  Cors cors;
};

// Adds ours. `fields` holds the worker's own where a worker answered.
void AppendAnswerFields(const HeadFacts& facts, http::FieldList* fields);

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_ANSWER_HEAD_H_
