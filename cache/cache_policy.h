// Whether to look up, whether to store, and for how long. Pure decisions with printable reasons.
// Honours the client's Cache-Control (RFC 9111 §5.2.1) and the worker's (as well as Set-Cookie and
// Vary).
#ifndef BANTO_CACHE_CACHE_POLICY_H_
#define BANTO_CACHE_CACHE_POLICY_H_

#include <cstdint>

#include "cache/freshness.h"
#include "proxy/http/message.h"

namespace banto::cache {

// The client's cache directives.
struct RequestDirectives {
  bool no_store = false, no_cache = false, only_if_cached = false;
  int64_t max_age_s = -1;  // -1: any age
};
RequestDirectives ReadRequestDirectives(
    const http::RequestHead& head);  // Cache-Control, Pragma: no-cache

// Why a request does not use the cache at all. kNone: it may. Names as in operator-experience.md
// §2.3.
enum class BypassReason : uint8_t {
  kNone,
  kCacheOff,
  kRequestNoStore,
  kRequestNoCache,
  kEndpointNotCacheable,
  kSampled,
  kStateful,
  kTooLarge,
  kBadJson,
  kRetryVariant,
};
const char* BypassReasonName(BypassReason reason);

// Why an answer is not stored. kNone: it may be.
enum class SkipReason : uint8_t {
  kNone,
  kIncompleteStream,
  kUpstreamError,
  kClientLeft,
  kTooLarge,
  kFinishReasonError,
  kLengthLimit,
  kEmptyAnswer,
  kMalformed,
  kResponseNoStore,
  kSetCookie,
  kVary,
  kNotCacheable,
  kStoreDown,
  kRequestNoStore,
  kStaleOnArrival,  // already older than it allows
  kNoFreshness,     // ttl = "origin", and it has no explicit lifetime
};
const char* SkipReasonName(SkipReason reason);

// Who generated an answer. no-cache, max-age=0 or Expires on an engine's event stream are what
// every SSE guide recommends, and meant for browsers; an app means what it says.
enum class MadeBy : uint8_t { kEngine, kApp };

// The worker's own restrictions on storing: kNone, kResponseNoStore, kSetCookie or kVary (Vary
// naming anything but Accept-Encoding and Origin).
SkipReason MayStore(const http::ResponseHead& head, MadeBy made_by);

// What an answer's head allows.
struct Keeping {
  static constexpr int64_t kWhenWhole = -1;
  SkipReason skip = SkipReason::kNone;
  int64_t made_at_ms = kWhenWhole;  // wall clock; the answer's Age counts from it
  int64_t good_until_ms = INT64_MAX;
};
// `needs_freshness`: store only answers with an explicit lifetime, and only for that long.
Keeping JudgeAnswer(const http::ResponseHead& head, MadeBy made_by, bool needs_freshness,
                    const Arrival& arrival);

// Whether a stored answer satisfies max-age.
bool FreshEnough(const RequestDirectives& directives, int64_t age_s);

}  // namespace banto::cache

#endif  // BANTO_CACHE_CACHE_POLICY_H_
