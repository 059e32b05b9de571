// Helpers that write HTTP/1.1 bytes. None emits CR, LF or NUL from a value (RFC 9110 §5.5):
// AppendField drops them.
#ifndef BANTO_PROXY_HTTP_WRITER_H_
#define BANTO_PROXY_HTTP_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace banto::http {

// "OK" for 200 …; "Unknown" for an unregistered status.
std::string_view ReasonPhrase(int status);

void AppendStatusLine(int status, std::string* out);
void AppendField(std::string_view name, std::string_view value, std::string* out);
void AppendField(std::string_view name, uint64_t value, std::string* out);

inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// IMF-fixdate of `unix_s` ("Sun, 06 Nov 1994 08:49:37 GMT"), RFC 9110 §5.6.7.
std::string HttpDate(int64_t unix_s);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_WRITER_H_
