// Percent-encoding (RFC 3986 §2.1). Pure.
#ifndef BANTO_PROXY_BASE_PERCENT_H_
#define BANTO_PROXY_BASE_PERCENT_H_

#include <string>
#include <string_view>

namespace banto::base {

// The byte that the "%XX" at text[at] encodes, or -1 if there is no escape.
int EscapeAt(std::string_view text, size_t at);

// "%41" -> "A"; malformed escapes are kept.
std::string PercentDecode(std::string_view text);

// The same for names and values of a query, where '+' is a space (HTML forms).
std::string DecodeQueryText(std::string_view text);

// Escapes all but RFC 3986 §2.3's unreserved characters.
std::string PercentEncode(std::string_view text);

}  // namespace banto::base

#endif  // BANTO_PROXY_BASE_PERCENT_H_
