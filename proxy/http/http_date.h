// Parses the HTTP dates that clients and servers send (RFC 9110 §5.6.7). Pure.
#ifndef BANTO_PROXY_HTTP_HTTP_DATE_H_
#define BANTO_PROXY_HTTP_HTTP_DATE_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace banto::http {

// The Unix time of an IMF-fixdate, RFC 850 or asctime date, ignoring case (as RFC 9111 §4.2 asks of
// caches); nullopt for anything else, including zones other than GMT. `now_s` decides the century
// of RFC 850's two-digit years.
std::optional<int64_t> ParseHttpDate(std::string_view text, int64_t now_s);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_HTTP_DATE_H_
