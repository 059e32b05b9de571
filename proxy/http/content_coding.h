// Decodes a request body that came in gzip, deflate, br or zstd, within a limit (a
// bomb is refused).
#ifndef BANTO_PROXY_HTTP_CONTENT_CODING_H_
#define BANTO_PROXY_HTTP_CONTENT_CODING_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace banto::http {

enum class DecodeStatus {
  kOk,
  kUnsupported,  // unknown coding: 415
  kCorrupt,      // not what it says: 400
  kTooLarge,     // decodes to more than `bytes_max`: 413
};

// `coding` is the value of Content-Encoding ("gzip", "x-gzip", "deflate", "br", "zstd",
// "identity"; one coding only).
DecodeStatus DecodeBody(std::string_view coding, std::string_view body, size_t bytes_max,
                        std::string* out);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_CONTENT_CODING_H_
