// Whether a body has the content coding that its label names: gateways take a coding off and leave
// its name there, and frameworks put it on answers that have no body. Pure; any thread.
#ifndef BANTO_PROXY_HTTP_BODY_BEGIN_H_
#define BANTO_PROXY_HTTP_BODY_BEGIN_H_

#include <cstdint>
#include <string_view>

#include "proxy/http/content_decoder.h"

namespace banto::http {

enum class BodyBegin : uint8_t {
  kOpen,   // more of it is needed
  kCoded,  // it may well have that coding
  kPlain,  // it has not
};

// `bytes`: how the body begins; `end`: and that is all of it.
BodyBegin LookAtCoded(ContentCoding coding, std::string_view bytes, bool end);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_BODY_BEGIN_H_
