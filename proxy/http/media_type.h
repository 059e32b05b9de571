// Media types as Content-Type names them (RFC 9110 §8.3.1): without parameters, in any case. Pure.
#ifndef BANTO_PROXY_HTTP_MEDIA_TYPE_H_
#define BANTO_PROXY_HTTP_MEDIA_TYPE_H_

#include <string_view>

namespace banto::http {

// "Text/Html; charset=utf-8" -> "Text/Html". The functions below take what this gives.
std::string_view MediaTypeOf(std::string_view content_type);

bool IsJsonType(std::string_view media_type);
bool IsSseType(std::string_view media_type);
// One JSON value a line, by any of the names that servers have for it.
bool IsNdjsonType(std::string_view media_type);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_MEDIA_TYPE_H_
