// Heads that come again. A client that keeps its connection sends the head of its last request once
// more, and a worker that of its last answer, but for the digits of Content-Length; where a head
// object still holds the earlier one, a comparison says what reading all lines would (measured:
// perf/README.md). Pure.
#ifndef BANTO_PROXY_HTTP_SAME_HEAD_H_
#define BANTO_PROXY_HTTP_SAME_HEAD_H_

#include <cstddef>
#include <string_view>

#include "proxy/http/parser.h"

namespace banto::http {

// Where `in` begins with a head that the parser would read as `head` is now, save for the length of
// the body: takes that over and returns the head's bytes. Otherwise 0, with `head` as it was: ask
// the parser. Never with a part of a head, nor with one near a limit, nor where an empty line comes
// first.
size_t TakeSameHead(std::string_view in, const HeadLimits& limits, RequestHead* head);
size_t TakeSameHead(std::string_view in, const HeadLimits& limits, std::string_view request_method,
                    ResponseHead* head);

// What the parser says of `in` (parser.h), by comparison where that is enough.
ParseResult ReadHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                     RequestHead* head);
ParseResult ReadHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                     std::string_view request_method, ResponseHead* head);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_SAME_HEAD_H_
