// Times as access lines have them and as people type them. Pure.
#ifndef BANTO_PROXY_OPS_LOG_TIME_H_
#define BANTO_PROXY_OPS_LOG_TIME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banto::ops {

// "2026-11-01", "2026-11-01T09:28", "2026-11-01T09:28:46.123Z": in UTC, with or without the "Z".
std::optional<int64_t> ReadTimeMs(std::string_view text);

std::string ShortTime(int64_t unix_ms);  // "2026-11-01 09:28"

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_LOG_TIME_H_
