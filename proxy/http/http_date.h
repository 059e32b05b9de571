// HTTP dates as clients and servers write them (RFC 9110 §5.6.7). Pure.
#ifndef BANTO_PROXY_HTTP_HTTP_DATE_H_
#define BANTO_PROXY_HTTP_HTTP_DATE_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace banto::http {

// Seconds since 1970 of an IMF-fixdate, an RFC 850 date or an asctime date, without case (RFC 9111
// §4.2 asks caches for that); nullopt for whatever else, a zone that is not GMT among it. `now_s`
// decides the century of RFC 850's two digits.
std::optional<int64_t> ParseHttpDate(std::string_view text, int64_t now_s);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_HTTP_DATE_H_
