// Whether a path climbs: segments "." and ".." mean another path to whoever resolves them (RFC 3986
// §5.2.4), and servers read them in more spellings than one. Pure.
#ifndef BANTO_PROXY_HTTP_DOT_SEGMENT_H_
#define BANTO_PROXY_HTTP_DOT_SEGMENT_H_

#include <string_view>

namespace banto::http {

// Of a target in origin-form; its query does not count. '.' may be "%2e" or its overlong UTF-8;
// '/', '\' and their escapes part segments; ';' (path parameters: Tomcat, Spring), an escaped '?',
// '#' or NUL ends what counts of one. Decoded once: "%252e" is three bytes that name no dot.
bool HasDotSegment(std::string_view target);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_DOT_SEGMENT_H_
