// Times as APIs write them (RFC 3339 §5.6). Pure.
#ifndef BANTO_PROXY_API_RFC3339_H_
#define BANTO_PROXY_API_RFC3339_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banto::api {

// A Unix time in UTC up to its seconds, "2026-11-21T09:28:46"; a fraction and the "Z" are the
// caller's. Times outside the years 0 to 9999 become the nearest inside.
std::string Rfc3339(int64_t unix_s);

// Reads what it writes, whatever follows: the zone is not looked at.
std::optional<int64_t> ReadRfc3339(std::string_view text);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_RFC3339_H_
