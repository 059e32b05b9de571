// Media types as Content-Type names them (RFC 9110 §8.3.1): without parameters, in any case. Pure.
#ifndef BANTO_PROXY_HTTP_MEDIA_TYPE_H_
#define BANTO_PROXY_HTTP_MEDIA_TYPE_H_

#include <cstdint>
#include <string_view>

namespace banto::http {

// The types that decide how an answer is read.
enum class MediaType : uint8_t {
  kNone,     // no Content-Type, or an empty one
  kJson,     // application/json
  kSse,      // text/event-stream
  kNdjson,   // one JSON value a line, by any of the names that servers have for it
  kJsonSeq,  // application/json-seq (RFC 7464)
  kHtml,     // text/html
  kOther,
};
MediaType ReadMediaType(std::string_view content_type);

// A stream that proxies must pass on as it comes.
constexpr bool IsLive(MediaType type) {
  return type == MediaType::kSse || type == MediaType::kNdjson || type == MediaType::kJsonSeq;
}

// "Text/Html; charset=utf-8" -> "Text/Html".
std::string_view MediaTypeName(std::string_view content_type);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_MEDIA_TYPE_H_
