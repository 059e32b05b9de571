// May we look up, may we store, for how long. Pure decisions with printable reasons; the client's
// Cache-Control is honoured (RFC 9111 §5.2.1), the worker's too (no-store, private, Set-Cookie,
// Vary).
#ifndef BANTO_CACHE_CACHE_POLICY_H_
#define BANTO_CACHE_CACHE_POLICY_H_

#include <cstdint>
#include <string_view>

#include "proxy/http/message.h"

namespace banto::cache {

// The client's wishes.
struct RequestDirectives {
  bool no_store = false, no_cache = false, only_if_cached = false;
  int64_t max_age_s = -1;  // -1: any age
};
RequestDirectives ReadRequestDirectives(
    const http::RequestHead& head);  // Cache-Control, Pragma: no-cache

// Why a request does not even look. kNone: it may. Names as in operator-experience.md §2.3.
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

// Why an answer is not kept. kNone: it may be.
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
};
const char* SkipReasonName(SkipReason reason);

// The worker's word on storing: kNone, kResponseNoStore, kSetCookie or kVary (Vary naming anything
// but Accept-Encoding and Origin).
SkipReason MayStore(const http::ResponseHead& head);

// Whether a found entry satisfies max-age.
bool FreshEnough(const RequestDirectives& directives, int64_t age_s);

}  // namespace banto::cache

#endif  // BANTO_CACHE_CACHE_POLICY_H_
