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
#include "proxy/api/vector_form.h"

namespace banto::api::native {

namespace paths {
using namespace rows;  // NOLINT: a vocabulary

constexpr OperationInfo Whole(const Dialect* dialect) {
  return Inference(dialect, Operation::kOther, "other", StreamFraming::kNone);
}
constexpr OperationInfo Streamed(const Dialect* dialect) {
  return Inference(dialect, Operation::kOther, "other", StreamFraming::kSse);
}

constexpr OperationInfo kPassed = Whole(&kDialect), kStreams = Streamed(&kDialect);
constexpr OperationInfo kTokenize = Cacheable(Whole(&kTokens)),
                        kDetokenize = Cacheable(Whole(&kText)), kCount = Cacheable(Whole(&kCounts)),
                        kRank = Cacheable(Whole(&kRanking)), kScore = Cacheable(Whole(&kScores)),
                        kClassify = Cacheable(Whole(&kClasses)),
                        kEmbed = Cacheable(Whole(&kVectors)),
                        kModerate = Cacheable(Whole(&kModerations));
constexpr OperationInfo kLlama = Cacheable(Streamed(&kLlamaGeneration)),
                        kGenerate = Cacheable(Streamed(&kGeneration));

inline constexpr VectorForm kTexts = {"inputs", VectorForm::Rows::kBare};

// clang-format off
constexpr OperationRow kRows[] = {
    // prompts and tokens, counted or rendered
    Post("/v1/chat/completions/input_tokens", kCount, L),
    Post("/chat/completions/input_tokens", kCount, L),
    Post("/v1/responses/input_tokens", kCount, V | L | X),
    Post("/responses/input_tokens", kCount, L), Post("/v1/responses/compact", kPassed, V | X),
    Post("/v1/chat/completions/render", kPassed, V), Post("/v1/completions/render", kPassed, V),
    Post("/v1/messages/render", kPassed, V), Post("/v1/chat/completions/batch", kPassed, V),
    Post("/v1/tokenize", kTokenize, S | X), Post("/v1/detokenize", kDetokenize, S | X),
    Post("/tokenize", Translated(kTokenize, &kTokenizeCodec), V | S | L | T | kTei, L | T | kTei),
    Post("/detokenize", kDetokenize, V | S | L, L), Post("/chat_tokenize", kPassed, T),
    Post("/decode", kDetokenize, kTei), Post("/apply-template", kDetokenize, L),
    Post("/extras/tokenize", kTokenize, P), Post("/extras/tokenize/count", kCount, P),
    Post("/extras/detokenize", kDetokenize, P),
    // ranking, scoring, pooling
    Post("/v1/rerank", kRank, V | S | L | X), Post("/rerank", kRank, V | L | R, R),
    Post("/v2/rerank", kRank, V | X), Post("/v1/reranking", kRank, L),
    Post("/reranking", kRank, L), Post("/v1/score", kScore, V | S | X), Post("/score", kScore, V),
    Post("/pooling", kEmbed, V), Post("/v1/classify", kClassify, V | S | X),
    Post("/classify", kClassify, V | S), Post("/encode", kEmbed, S),
    Post("/generative_scoring", kPassed, V), Post("/embed", Itemised(kEmbed, &kTexts), E),
    Post("/embed_all", kEmbed, E), Post("/embed_sparse", kEmbed, E),
    Post("/similarity", kEmbed, E), Post("/predict", kClassify, C), Post("/embedding", kEmbed, L),
    Post("/v2/embed", kEmbed, V | X), Post("/v2/chat", kStreams, V | X),
    // the engines' own generation, and what clouds call it
    Post("/completion", kLlama, L), Post("/completions", kLlama, L), Post("/infill", kLlama, L),
    Post("/generate", kGenerate, S | T),
    // TGI's streaming twin of /generate has no `stream` field.
    Post("/generate_stream", StreamsByDefault(kGenerate), T),
    Post("/inference/v1/generate", kStreams, V),
    Post("/invocations", kStreams, V | S | T | kTei, T | kTei), Post("/vertex", kPassed, T | kTei),
    Post("/vertex_generate", kStreams, S), Post("/parse_function_call", kPassed, S),
    Post("/separate_reasoning", kPassed, S),
    // other than text
    Post("/v1/audio/transcriptions", kStreams, V | S | L | O | X),
    Post("/audio/transcriptions", kStreams, L | X), Post("/v1/audio/translations", kStreams, V | X),
    Post("/v1/audio/speech", kStreams, V | X),
    Post("/v1/images/generations", kStreams, V | S | O | X),
    Post("/v1/images/edits", kStreams, V | S | O | X), Post("/v1/images/variations", kPassed, X),
    Post("/v1/moderations", kModerate, X),
};
// clang-format on

// Hugging Face's clients post to the address itself; GET shows whether an Ollama runs there.
constexpr OperationRow kRootPost = Post("/", kGenerate, T | kTei);
}  // namespace paths

using paths::kRootPost;
using paths::kRows;
// Of Hugging Face's engines, whose paths many an application has too ("/predict").
inline constexpr Engines kHuggingFace = rows::T | rows::kTei;

}  // namespace banto::api::native

#endif  // BANTO_PROXY_API_NATIVE_OPERATIONS_H_
