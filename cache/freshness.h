// How long an answer is fresh by its own account, and how old it was on arrival (RFC 9111 §4.2).
// Pure. Of repeated information the strictest counts; what cannot be parsed counts as stale.
#ifndef BANTO_CACHE_FRESHNESS_H_
#define BANTO_CACHE_FRESHNESS_H_

#include <cstdint>

#include "proxy/http/message.h"

namespace banto::cache {

// When an answer's head arrived, and how long after its request was sent.
struct Arrival {
  int64_t wall_ms = 0;
  int64_t delay_ms = 0;
};

struct Freshness {
  static constexpr int64_t kNotTold = -1;
  // s-maxage, else max-age, else Expires minus Date. CDN-Cache-Control (RFC 9213) can only lower
  // it: we cannot know whether it is aimed at us.
  int64_t lifetime_ms = kNotTold;
  int64_t age_ms = 0;  // corrected_initial_age
};

Freshness ReadFreshness(const http::ResponseHead& head, const Arrival& arrival);

}  // namespace banto::cache

#endif  // BANTO_CACHE_FRESHNESS_H_
