// Bytes -> heads. Pure functions: no I/O, no globals, no memory between calls; whoever has more
// bytes calls again with all of them (`scanned` spares the second look at what was searched
// before). Strict where the field's proxies are lax (reference: RFC 9112; proxies-and-caches.md
// §2.1, §3.3): what two parsers could read in two ways is refused.
#ifndef BANTO_PROXY_HTTP_PARSER_H_
#define BANTO_PROXY_HTTP_PARSER_H_

#include <cstddef>
#include <string_view>

#include "proxy/http/message.h"

namespace banto::http {

struct HeadLimits {
  // Request or status line and all fields; below 4 GiB. A request line longer than half of it gets
  // 414.
  size_t header_bytes_max = 32768;
  size_t headers_max = 100;  // field lines
};

enum class ParseStatus {
  kDone,  // a whole head; `consumed` bytes belong to it
  kMore,  // valid so far; come again with more bytes
  kBad,   // never valid; `http_status` and `error` say why
};

struct ParseResult {
  ParseStatus status = ParseStatus::kMore;
  size_t consumed = 0;
  int http_status = 0;          // kBad: what to answer (400, 405, 414, 417, 431, 501, 505;
                                // 502 for responses)
  const char* error = nullptr;  // kBad: one sentence fragment, static storage
};

// Reads one request head from the start of `in`. Up to two empty CRLF lines before it are skipped
// (RFC 9112 §2.2). `scanned`: how many bytes an earlier kMore call has seen (0 at first).
ParseResult ParseRequestHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                             RequestHead* head);

// Reads one response head. `request_method` decides whether a body follows (RFC 9112 §6.3).
// 1xx heads are returned like others, with framing kNone.
ParseResult ParseResponseHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                              std::string_view request_method, ResponseHead* head);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_PARSER_H_
