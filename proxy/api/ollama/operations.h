// Ollama's own paths (server/routes.go). What pulls, copies or deletes models is no row.
#ifndef BANTO_PROXY_API_OLLAMA_OPERATIONS_H_
#define BANTO_PROXY_API_OLLAMA_OPERATIONS_H_

#include "proxy/api/ollama/codecs.h"
#include "proxy/api/ollama/ollama.h"
#include "proxy/api/ollama/packaging.h"
#include "proxy/api/operation_row.h"
#include "proxy/api/vector_form.h"

namespace banto::api::ollama {

namespace paths {
using namespace rows;  // NOLINT: a vocabulary

constexpr OperationInfo kChat = StreamsByDefault(Packaged(
    Cacheable(Inference(&kDialect, Operation::kChat, "chat", StreamFraming::kNdjson)), &kPackager));
constexpr OperationInfo kGenerate = StreamsByDefault(Packaged(
    Cacheable(Inference(&kDialect, Operation::kCompletions, "completions", StreamFraming::kNdjson)),
    &kPackager));
constexpr OperationInfo kEmbed =
    Cacheable(Inference(&kDialect, Operation::kEmbeddings, "embeddings", StreamFraming::kNone));

inline constexpr VectorForm kVectors = {"input", VectorForm::Rows::kVectors};

constexpr OperationRow kRows[] = {
    Post("/api/chat", Translated(kChat, &kChatCodec), O),
    Post("/api/generate", Translated(kGenerate, &kGenerateCodec), O),
    Post("/api/embed", Itemised(Translated(kEmbed, &kEmbedCodec), &kVectors), O),
    Post("/api/embeddings", Translated(kEmbed, &kOldEmbeddingsCodec), O),
    {OperationRow::Method::kPost, "/api/show", Listing(&kDialect, Operation::kShow)},
    Get("/api/tags", Listing(&kDialect, Operation::kModels)),
    Get("/api/ps", Listing(&kDialect, Operation::kRunning)),
    Get("/api/version", Listing(&kDialect, Operation::kVersion)),
    Get("/", Listing(&kDialect, Operation::kGreeting)),
};
}  // namespace paths

using paths::kRows;

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_OPERATIONS_H_
