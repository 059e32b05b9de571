// OpenAI's paths, as OpenAI and the engines have them: vLLM (entrypoints/openai), SGLang
// (entrypoints/http_server.py), llama.cpp (tools/server/server.cpp), Ollama (server/routes.go),
// llama-cpp-python (server/app.py), TGI and TEI (router/src/server.rs).
#ifndef BANTO_PROXY_API_OPENAI_OPERATIONS_H_
#define BANTO_PROXY_API_OPENAI_OPERATIONS_H_

#include "proxy/api/openai/codecs.h"
#include "proxy/api/openai/openai.h"
#include "proxy/api/openai/packaging.h"
#include "proxy/api/openai/responses_codec.h"
#include "proxy/api/operation_row.h"
#include "proxy/api/vector_form.h"

namespace banto::api::openai {

namespace paths {
using namespace rows;  // NOLINT: a vocabulary

constexpr OperationInfo kChat = Packaged(
    Translated(Cacheable(Inference(&kDialect, Operation::kChat, "chat", StreamFraming::kSse)),
               &kChatCodec),
    &kChatPackager);
constexpr OperationInfo kCompletions =
    Packaged(Translated(Cacheable(Inference(&kDialect, Operation::kCompletions, "completions",
                                            StreamFraming::kSse)),
                        &kCompletionsCodec),
             &kCompletionsPackager);
inline constexpr VectorForm kVectors = {"input", VectorForm::Rows::kObjects, true};
constexpr OperationInfo kEmbeddings = Itemised(
    Translated(
        Cacheable(Inference(&kDialect, Operation::kEmbeddings, "embeddings", StreamFraming::kNone)),
        &kEmbeddingsCodec),
    &kVectors);
constexpr OperationInfo kAnswer = Packaged(
    Translated(Cacheable(Inference(&kResponses, Operation::kChat, "other", StreamFraming::kSse)),
               &kResponsesCodec),
    &kResponsesPackager);
constexpr OperationInfo kModels = Listing(&kDialect, Operation::kModels);
constexpr OperationInfo kModel = Listing(&kDialect, Operation::kModel);

// clang-format off
constexpr OperationRow kRows[] = {
    Post("/v1/chat/completions", kChat, kLlm), Post("/chat/completions", kChat, L | X),
    Post("/v1/completions", kCompletions, kLlm),
    Post("/v1/engines/copilot-codex/completions", kCompletions, P),
    Post("/v1/embeddings", kEmbeddings, V | S | L | P | O | E | X),
    Post("/embeddings", kEmbeddings, L | E | X),
    Post("/v1/responses", kAnswer, V | S | L | O | X), Post("/responses", kAnswer, L | X),
    Get("/v1/models", kModels), Get("/models", kModels),
};
// clang-format on
}  // namespace paths

using paths::kRows;
// The rest of the path is the id, slashes included.
inline constexpr std::string_view kModelPrefix = "/v1/models/";
inline constexpr OperationInfo kModelInfo = paths::kModel;

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_OPERATIONS_H_
