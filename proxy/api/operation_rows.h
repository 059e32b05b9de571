// The paths of the APIs that we read, as the engines have them: vLLM (entrypoints/*/api_router.py),
// llama.cpp (tools/server/server.cpp), SGLang (entrypoints/http_server.py), TGI and TEI
// (router/src/**/server.rs), Ollama (server/routes.go), llama-cpp-python (server/app.py), OpenAI.
// What engines offer beside this on the same port can stop, unload or empty them
// (wire-compatibility.md §0 rule 10) or show other people's prompts (/slots), so it is no row.
#ifndef BANTO_PROXY_API_OPERATION_ROWS_H_
#define BANTO_PROXY_API_OPERATION_ROWS_H_

#include <cstdint>
#include <string_view>

#include "proxy/api/operation.h"

namespace banto::api::rows {

using http::StreamFraming;

enum class Method : uint8_t {
  kPost,
  kGet,  // HEAD too: official CLIs greet with it
};

struct Row {
  Method method;
  std::string_view path;
  OperationInfo info;
};

constexpr OperationInfo Inference(Operation operation, Family family, const char* endpoint,
                                  StreamFraming framing, bool streams_by_default = false) {
  return {operation, family, endpoint, framing, true, false, streams_by_default, true, 0, 0};
}

constexpr OperationInfo Listing(Operation operation, Family family) {
  return {operation, family, "models", StreamFraming::kNone, false, true, false, false, 0, 0};
}

constexpr OperationInfo kChat =
    Inference(Operation::kChat, Family::kOpenAi, "chat", StreamFraming::kSse);
constexpr OperationInfo kCompletions =
    Inference(Operation::kCompletions, Family::kOpenAi, "completions", StreamFraming::kSse);
constexpr OperationInfo kEmbeddings =
    Inference(Operation::kEmbeddings, Family::kOpenAi, "embeddings", StreamFraming::kNone);
constexpr OperationInfo kResponses =
    Inference(Operation::kResponses, Family::kOpenAi, "other", StreamFraming::kSse);
constexpr OperationInfo kMessages =
    Inference(Operation::kMessages, Family::kAnthropic, "other", StreamFraming::kSse);
constexpr OperationInfo kCountTokens =
    Inference(Operation::kMessages, Family::kAnthropic, "other", StreamFraming::kNone);
constexpr OperationInfo kOther =
    Inference(Operation::kOtherInference, Family::kOpenAi, "other", StreamFraming::kNone);
constexpr OperationInfo kStreams =
    Inference(Operation::kOtherInference, Family::kOpenAi, "other", StreamFraming::kSse);
// TGI's streaming twin of /generate has no `stream` field: it always streams.
constexpr OperationInfo kGenerateStream =
    Inference(Operation::kOtherInference, Family::kOpenAi, "other", StreamFraming::kSse, true);
constexpr OperationInfo kOllamaChat =
    Inference(Operation::kOllamaChat, Family::kOllama, "chat", StreamFraming::kNdjson, true);
constexpr OperationInfo kOllamaGenerate = Inference(Operation::kOllamaGenerate, Family::kOllama,
                                                    "completions", StreamFraming::kNdjson, true);
constexpr OperationInfo kOllamaEmbed =
    Inference(Operation::kOllamaEmbed, Family::kOllama, "embeddings", StreamFraming::kNone);

constexpr Row Get(std::string_view path, Operation operation, Family family) {
  return {Method::kGet, path, Listing(operation, family)};
}

// `nameless`: those whose API has no `model` here; absent: all of `engines` are equal in that.
constexpr Row Post(std::string_view path, OperationInfo info, Engines engines,
                   Engines nameless = 0) {
  info.engines = engines;
  info.nameless = nameless == 0 ? engines : nameless;
  return {Method::kPost, path, info};
}

constexpr Engines V = engine::kVllm, S = engine::kSglang, L = engine::kLlamaCpp,
                  P = engine::kLlamaCppPython, O = engine::kOllama, T = engine::kTgi,
                  E = engine::kTeiEmbed, R = engine::kTeiRerank, C = engine::kTeiPredict,
                  X = engine::kUnknown;
constexpr Engines kTei = E | R | C;
constexpr Engines kLlm = V | S | L | P | O | T | X;

// clang-format off
constexpr Row kRows[] = {
    Post("/v1/chat/completions", kChat, kLlm), Post("/chat/completions", kChat, L | X),
    Post("/v1/completions", kCompletions, kLlm),
    Post("/v1/embeddings", kEmbeddings, V | S | L | P | O | E | X),
    Post("/embeddings", kEmbeddings, L | E | X),
    Post("/v1/responses", kResponses, V | S | L | O | X), Post("/responses", kResponses, L | X),
    Post("/v1/messages", kMessages, V | S | L | O | X),
    Post("/v1/messages/count_tokens", kCountTokens, V | S | L | O | X),
    // Ollama's own
    Post("/api/chat", kOllamaChat, O), Post("/api/generate", kOllamaGenerate, O),
    Post("/api/embed", kOllamaEmbed, O), Post("/api/embeddings", kOllamaEmbed, O),
    {Method::kPost, "/api/show", Listing(Operation::kOllamaShow, Family::kOllama)},
    Get("/api/tags", Operation::kOllamaTags, Family::kOllama),
    Get("/api/ps", Operation::kOllamaPs, Family::kOllama),
    Get("/api/version", Operation::kOllamaVersion, Family::kOllama),
    Get("/", Operation::kRoot, Family::kOllama),
    Get("/v1/models", Operation::kModels, Family::kOpenAi),
    Get("/models", Operation::kModels, Family::kOpenAi),
    // prompts and tokens, counted or rendered
    Post("/v1/chat/completions/input_tokens", kOther, L),
    Post("/chat/completions/input_tokens", kOther, L),
    Post("/v1/responses/input_tokens", kOther, V | L | X),
    Post("/responses/input_tokens", kOther, L), Post("/v1/responses/compact", kOther, V | X),
    Post("/v1/chat/completions/render", kOther, V), Post("/v1/completions/render", kOther, V),
    Post("/v1/messages/render", kOther, V), Post("/v1/chat/completions/batch", kOther, V),
    Post("/v1/tokenize", kOther, S | X), Post("/v1/detokenize", kOther, S | X),
    Post("/tokenize", kOther, V | S | L | T | kTei, L | T | kTei),
    Post("/detokenize", kOther, V | S | L, L), Post("/chat_tokenize", kOther, T),
    Post("/decode", kOther, kTei), Post("/apply-template", kOther, L),
    Post("/extras/tokenize", kOther, P), Post("/extras/tokenize/count", kOther, P),
    Post("/extras/detokenize", kOther, P),
    // ranking, scoring, pooling
    Post("/v1/rerank", kOther, V | S | L | X), Post("/rerank", kOther, V | L | R, R),
    Post("/v2/rerank", kOther, V | X), Post("/v1/reranking", kOther, L),
    Post("/reranking", kOther, L), Post("/v1/score", kOther, V | S | X), Post("/score", kOther, V),
    Post("/pooling", kOther, V), Post("/v1/classify", kOther, V | S | X),
    Post("/classify", kOther, V | S), Post("/encode", kOther, S),
    Post("/generative_scoring", kOther, V), Post("/embed", kOther, E),
    Post("/embed_all", kOther, E), Post("/embed_sparse", kOther, E), Post("/similarity", kOther, E),
    Post("/predict", kOther, C), Post("/embedding", kOther, L), Post("/v2/embed", kOther, V | X),
    Post("/v2/chat", kStreams, V | X),
    // the engines' own generation, and what clouds call it
    Post("/completion", kStreams, L), Post("/completions", kStreams, L),
    Post("/infill", kStreams, L), Post("/generate", kStreams, S | T),
    Post("/generate_stream", kGenerateStream, T), Post("/inference/v1/generate", kStreams, V),
    Post("/v1/engines/copilot-codex/completions", kCompletions, P),
    Post("/invocations", kStreams, V | S | T | kTei, T | kTei), Post("/vertex", kOther, T | kTei),
    Post("/vertex_generate", kStreams, S), Post("/parse_function_call", kOther, S),
    Post("/separate_reasoning", kOther, S),
    // other than text
    Post("/v1/audio/transcriptions", kStreams, V | S | L | O | X),
    Post("/audio/transcriptions", kStreams, L | X), Post("/v1/audio/translations", kStreams, V | X),
    Post("/v1/audio/speech", kStreams, V | X),
    Post("/v1/images/generations", kStreams, V | S | O | X),
    Post("/v1/images/edits", kStreams, V | S | O | X), Post("/v1/images/variations", kOther, X),
    Post("/v1/moderations", kOther, X),
};
// clang-format on

// Hugging Face's clients post to the address itself; GET shows whether an Ollama runs there.
constexpr Row kRootPost = Post("/", kStreams, T | kTei);

}  // namespace banto::api::rows

#endif  // BANTO_PROXY_API_OPERATION_ROWS_H_
