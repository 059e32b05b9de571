// Anthropic's Messages API to and from the neutral form.
#ifndef BANTO_PROXY_API_ANTHROPIC_CODECS_H_
#define BANTO_PROXY_API_ANTHROPIC_CODECS_H_

#include "proxy/api/codec.h"

namespace banto::api::anthropic {

extern const Codec kMessagesCodec;
// Does not stream.
extern const Codec kCountTokensCodec;

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_CODECS_H_
