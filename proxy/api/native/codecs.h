// Codecs of what engines offer in a language of their own.
#ifndef BANTO_PROXY_API_NATIVE_CODECS_H_
#define BANTO_PROXY_API_NATIVE_CODECS_H_

#include "proxy/api/codec.h"

namespace banto::api::native {

// Asks an engine's tokenizer how long a request is (POST /tokenize). Only the worker's side, and
// does not stream. vLLM puts the messages into the model's template; llama.cpp counts their words
// alone.
extern const Codec kTokenizeCodec;

}  // namespace banto::api::native

#endif  // BANTO_PROXY_API_NATIVE_CODECS_H_
