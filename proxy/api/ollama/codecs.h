// How Ollama's operations are translated from and into every other API's.
#ifndef BANTO_PROXY_API_OLLAMA_CODECS_H_
#define BANTO_PROXY_API_OLLAMA_CODECS_H_

#include "proxy/api/codec.h"

namespace banto::api::ollama {

extern const Codec kChatCodec;           // /api/chat
extern const Codec kGenerateCodec;       // /api/generate
extern const Codec kEmbedCodec;          // /api/embed
extern const Codec kOldEmbeddingsCodec;  // /api/embeddings

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_CODECS_H_
