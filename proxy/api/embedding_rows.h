// Whole answers that are vectors. Pure.
#ifndef BANTO_PROXY_API_EMBEDDING_ROWS_H_
#define BANTO_PROXY_API_EMBEDDING_ROWS_H_

#include <string_view>

#include "proxy/api/answer_reader.h"

namespace banto::api {

// Whether there are as many vectors as inputs (0: unknown), of equal width, each index once, in
// floats or base64; in OpenAI's `data`, in Ollama's `embeddings` or its older `embedding`. Vectors
// are long: they are read once, by their marks alone.
Completeness CheckEmbeddings(int inputs, std::string_view body, Usage* usage);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_EMBEDDING_ROWS_H_
