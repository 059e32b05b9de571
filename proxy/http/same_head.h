// Recognises repeated heads. On a kept connection a client repeats the head of its last request,
// and a worker that of its last answer, except for the digits of Content-Length. If a head object
// still holds the earlier one, a comparison replaces parsing (measured: perf/README.md). Pure.
#ifndef BANTO_PROXY_HTTP_SAME_HEAD_H_
#define BANTO_PROXY_HTTP_SAME_HEAD_H_

#include <cstddef>
#include <string_view>

#include "proxy/http/parser.h"

namespace banto::http {

// If `in` begins with a head that would parse to `head`, apart from the length of the body, adopts
// that length and returns the head's size. Otherwise returns 0 and leaves `head` unchanged: use the
// parser. Never matches a partial head, one near a limit, or one after an empty line.
size_t TakeSameHead(std::string_view in, const HeadLimits& limits, RequestHead* head);
size_t TakeSameHead(std::string_view in, const HeadLimits& limits, std::string_view request_method,
                    ResponseHead* head);

// The parser's result for `in` (parser.h), by comparison where possible.
ParseResult ReadHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                     RequestHead* head);
ParseResult ReadHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                     std::string_view request_method, ResponseHead* head);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_SAME_HEAD_H_
