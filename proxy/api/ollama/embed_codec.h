// /api/embed and the older /api/embeddings, in both directions. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_EMBED_CODEC_H_
#define BANTO_PROXY_API_OLLAMA_EMBED_CODEC_H_

#include <string>
#include <string_view>

#include "proxy/api/codec.h"

namespace banto::api::ollama {

CannotCarry ReadEmbedRequest(std::string_view body, NeutralRequest* request);
CannotCarry ReadOldEmbeddingsRequest(std::string_view body, NeutralRequest* request);
WrittenRequest WriteEmbedRequest(const NeutralRequest& request, const WorkerForm& worker);
WrittenRequest WriteOldEmbeddingsRequest(const NeutralRequest& request, const WorkerForm& worker);

std::string WriteEmbedAnswer(const AnswerContext& context, const NeutralAnswer& answer);
std::string WriteOldEmbeddingsAnswer(const AnswerContext& context, const NeutralAnswer& answer);
// Of both.
bool ReadEmbeddings(std::string_view body, AnswerSink* sink);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_EMBED_CODEC_H_
