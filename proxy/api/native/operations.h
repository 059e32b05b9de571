// What engines offer beside the APIs: vLLM (entrypoints/*/api_router.py), llama.cpp
// (tools/server/server.cpp), SGLang (entrypoints/http_server.py), TGI and TEI
// (router/src/**/server.rs), llama-cpp-python (server/app.py). Paths of the same port that can
// stop, unload or empty them (wire-compatibility.md §0 rule 10) or show other people's prompts
// (/slots) are no rows.
#ifndef BANTO_PROXY_API_NATIVE_OPERATIONS_H_
#define BANTO_PROXY_API_NATIVE_OPERATIONS_H_

#include "proxy/api/native/codecs.h"
#include "proxy/api/native/native.h"
#include "proxy/api/operation_row.h"

namespace banto::api::native {

namespace paths {
using namespace rows;  // NOLINT: a vocabulary

constexpr OperationInfo kOther =
    Inference(&kDialect, Operation::kOther, "other", StreamFraming::kNone);
constexpr OperationInfo kStreams =
    Inference(&kDialect, Operation::kOther, "other", StreamFraming::kSse);

constexpr OperationInfo kTokenize = Translated(kOther, &kTokenizeCodec);

// clang-format off
constexpr OperationRow kRows[] = {
    // prompts and tokens, counted or rendered
    Post("/v1/chat/completions/input_tokens", kOther, L),
    Post("/chat/completions/input_tokens", kOther, L),
    Post("/v1/responses/input_tokens", kOther, V | L | X),
    Post("/responses/input_tokens", kOther, L), Post("/v1/responses/compact", kOther, V | X),
    Post("/v1/chat/completions/render", kOther, V), Post("/v1/completions/render", kOther, V),
    Post("/v1/messages/render", kOther, V), Post("/v1/chat/completions/batch", kOther, V),
    Post("/v1/tokenize", kOther, S | X), Post("/v1/detokenize", kOther, S | X),
    Post("/tokenize", kTokenize, V | S | L | T | kTei, L | T | kTei),
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
    // TGI's streaming twin of /generate has no `stream` field.
    Post("/generate_stream", StreamsByDefault(kStreams), T),
    Post("/inference/v1/generate", kStreams, V),
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
constexpr OperationRow kRootPost = Post("/", kStreams, T | kTei);
}  // namespace paths

using paths::kRootPost;
using paths::kRows;
// Of Hugging Face's engines, whose paths many an application has too ("/predict").
inline constexpr Engines kHuggingFace = rows::T | rows::kTei;

}  // namespace banto::api::native

#endif  // BANTO_PROXY_API_NATIVE_OPERATIONS_H_
