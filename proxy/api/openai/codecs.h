// OpenAI's chat completions, completions and embeddings, to and from the neutral form.
#ifndef BANTO_PROXY_API_OPENAI_CODECS_H_
#define BANTO_PROXY_API_OPENAI_CODECS_H_

#include "proxy/api/codec.h"

namespace banto::api::openai {

extern const Codec kChatCodec;
extern const Codec kCompletionsCodec;
extern const Codec kEmbeddingsCodec;

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_CODECS_H_
