// The Responses API's codec (proxy/api/codec.h).
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_CODEC_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_CODEC_H_

#include "proxy/api/codec.h"

namespace banto::api::openai {

extern const Codec kResponsesCodec;

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_CODEC_H_
