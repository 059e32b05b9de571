// Percent-encoding (RFC 3986 §2.1). Pure.
#ifndef BANTO_PROXY_BASE_PERCENT_H_
#define BANTO_PROXY_BASE_PERCENT_H_

#include <string>
#include <string_view>

namespace banto::base {

// The byte that "%XX" at text[at] stands for; -1: there is no escape.
int EscapeAt(std::string_view text, size_t at);

// "%41" -> "A"; what is no escape stays.
std::string PercentDecode(std::string_view text);

// The same for a name or a value of a query, where '+' is a space (HTML forms).
std::string DecodeQueryText(std::string_view text);

// The other way: all but RFC 3986 §2.3's unreserved characters becomes an escape.
std::string PercentEncode(std::string_view text);

}  // namespace banto::base

#endif  // BANTO_PROXY_BASE_PERCENT_H_
