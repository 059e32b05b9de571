// Decodes a request body that came in gzip, deflate, br or zstd, within a limit (a
// bomb is refused).
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
  kCorrupt,      // not what it says: 400
  kTooLarge,     // decodes to more than `bytes_max`: 413
};

// `out` takes no more memory than `bytes_max` and a little; empty unless kOk.
DecodeStatus DecodeBody(ContentCoding coding, std::string_view body, size_t bytes_max,
                        std::string* out);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_CONTENT_CODING_H_
