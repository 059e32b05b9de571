// Parses heads. Pure functions without state: given more bytes, call again with all of them
// (`scanned` avoids scanning twice). Strict where other proxies are lax (RFC 9112;
// proxies-and-caches.md §2.1, §3.3): whatever two parsers could read in two ways is refused.
#ifndef BANTO_PROXY_HTTP_PARSER_H_
#define BANTO_PROXY_HTTP_PARSER_H_

#include <cstddef>
#include <string_view>

#include "proxy/http/message.h"

namespace banto::http {

struct HeadLimits {
  // Request or status line plus all fields; below 4 GiB. A request line longer than half of it gets
  // 414.
  size_t header_bytes_max = 32768;
  size_t headers_max = 100;  // field lines
};

enum class ParseStatus {
  kDone,  // a complete head of `consumed` bytes
  kMore,  // valid so far; call again with more bytes
  kBad,   // invalid; see `http_status` and `error`
};

struct ParseResult {
  ParseStatus status = ParseStatus::kMore;
  size_t consumed = 0;
  int http_status = 0;          // kBad: the status to answer (400, 405, 414, 417, 431, 501, 505;
                                // 502 for responses)
  const char* error = nullptr;  // kBad: a sentence fragment in static storage
};

// Parses one request head at the start of `in`, skipping up to two empty CRLF lines before it (RFC
// 9112 §2.2). `scanned`: how many bytes an earlier call returning kMore has seen (0 at first).
ParseResult ParseRequestHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                             RequestHead* head);

// Parses one response head. `request_method` decides whether a body follows (RFC 9112 §6.3). 1xx
// heads are returned like others, with framing kNone.
ParseResult ParseResponseHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                              std::string_view request_method, ResponseHead* head);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_PARSER_H_
