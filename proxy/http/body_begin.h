// Whether a body really has the content coding that its label names: gateways decode bodies and
// leave the label, and frameworks label answers without a body. Pure; any thread.
#ifndef BANTO_PROXY_HTTP_BODY_BEGIN_H_
#define BANTO_PROXY_HTTP_BODY_BEGIN_H_

#include <cstdint>
#include <string_view>

#include "proxy/http/content_decoder.h"

namespace banto::http {

enum class BodyBegin : uint8_t {
  kOpen,   // more bytes are needed to decide
  kCoded,  // it may well have that coding
  kPlain,  // it does not
};

// `bytes`: the beginning of the body; `end`: the body ends there.
BodyBegin LookAtCoded(ContentCoding coding, std::string_view bytes, bool end);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_BODY_BEGIN_H_
