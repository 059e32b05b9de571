// Media types of Content-Type (RFC 9110 §8.3.1), without parameters, in any case. Pure.
#ifndef BANTO_PROXY_HTTP_MEDIA_TYPE_H_
#define BANTO_PROXY_HTTP_MEDIA_TYPE_H_

#include <cstdint>
#include <string_view>

namespace banto::http {

// The types that decide how an answer is read.
enum class MediaType : uint8_t {
  kNone,     // Content-Type is absent or empty
  kJson,     // application/json
  kSse,      // text/event-stream
  kNdjson,   // one JSON value per line, under any of the names in use
  kJsonSeq,  // application/json-seq (RFC 7464)
  kHtml,     // text/html
  kOther,
};
MediaType ReadMediaType(std::string_view content_type);

// A stream that a proxy must forward without delay.
constexpr bool IsLive(MediaType type) {
  return type == MediaType::kSse || type == MediaType::kNdjson || type == MediaType::kJsonSeq;
}

// "Text/Html; charset=utf-8" -> "Text/Html".
std::string_view MediaTypeName(std::string_view content_type);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_MEDIA_TYPE_H_
