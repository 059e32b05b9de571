// What an answer tells of the rate limit of the key that asked: OpenAI's and Anthropic's fields,
// and those of the many that follow them. Pure.
#ifndef BANTO_PROXY_FETCH_RATE_LIMIT_H_
#define BANTO_PROXY_FETCH_RATE_LIMIT_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "health/passive_checker.h"
#include "proxy/http/message.h"

namespace banto {

// Nothing is left for so long.
struct Shortage {
  health::CoolDownCause cause = health::CoolDownCause::kNoRequests;
  int64_t wait_ms = 0;
};

// The longest of them; nullopt: something is left of everything, or it is not said until when.
std::optional<Shortage> ReadShortage(const http::ResponseHead& head, int64_t now_s);

// How long until a reset: "1s", "6m0s", "12ms"; seconds; a Unix time in seconds or milliseconds; an
// RFC 3339 time in UTC. nullopt: none of them, or not in the future.
std::optional<int64_t> ResetMs(std::string_view text, int64_t now_s);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RATE_LIMIT_H_
