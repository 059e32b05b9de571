// Detects "." and ".." segments: servers that resolve them (RFC 3986 §5.2.4) see another path, and
// they do so in several spellings. Pure.
#ifndef BANTO_PROXY_HTTP_DOT_SEGMENT_H_
#define BANTO_PROXY_HTTP_DOT_SEGMENT_H_

#include <string_view>

namespace banto::http {

// `target` is in origin-form; its query is ignored. '.' may be "%2e" or its overlong UTF-8; '/',
// '\' and their escapes separate segments; ';' (path parameters: Tomcat, Spring) and an escaped
// '?', '#' or NUL end a segment's name. Decodes once: "%252e" is three bytes that do not name a
// dot.
bool HasDotSegment(std::string_view target);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_DOT_SEGMENT_H_
