// The fields that banto adds to an answer so that everybody can see what happened: Cache-Status
// (RFC 9211), X-Cache, Age, X-Banto-Worker, X-Request-Id, Server-Timing. Pure.
#ifndef BANTO_PROXY_ANSWER_FIELDS_H_
#define BANTO_PROXY_ANSWER_FIELDS_H_

#include <cstdint>
#include <string>

#include "cache/entry.h"
#include "proxy/ops/exchange_record.h"

namespace banto {

struct CacheFacts {
  bool asked = false;      // a cache is configured for this request
  bool stored = false;     // RFC 9211: it is in the cache, not: it may come there
  int forward_status = 0;  // of the worker; 0: a hit or none
};

// The lines of an answer that a worker gave.
void AppendAnswerFields(const ops::ExchangeRecord& record, const CacheFacts& facts,
                        std::string* out);

// The lines of a hit: the entry's own fields and those above, with Age and the remaining time.
void AppendHitFields(const ops::ExchangeRecord& record, const cache::Entry& entry, int64_t now_ms,
                     std::string* out);

// Browsers' preflight (Fetch standard, CORS): what the engines answer — everything is allowed, for
// a day.
std::string PreflightFields(std::string_view requested_headers);

}  // namespace banto

#endif  // BANTO_PROXY_ANSWER_FIELDS_H_
