// Decodes a request body in gzip, deflate, br or zstd up to a size limit (against decompression
// bombs).
#ifndef BANTO_PROXY_HTTP_CONTENT_CODING_H_
#define BANTO_PROXY_HTTP_CONTENT_CODING_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "proxy/http/content_decoder.h"

namespace banto::http {

enum class DecodeStatus {
  kOk,
  kUnsupported,  // kOther: 415
  kCorrupt,      // malformed: 400
  kTooLarge,     // decodes to more than `bytes_max`: 413
};

// `out` uses little more memory than `bytes_max`; it is empty unless kOk.
DecodeStatus DecodeBody(ContentCoding coding, std::string_view body, size_t bytes_max,
                        std::string* out);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_CONTENT_CODING_H_
