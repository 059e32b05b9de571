#include "proxy/api/operation.h"

namespace banto::api {
namespace {

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
  return {operation, family, endpoint, framing, true, false, streams_by_default, true};
}

constexpr OperationInfo Listing(Operation operation, Family family) {
  return {operation, family, "models", StreamFraming::kNone, false, true, false, false};
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
constexpr OperationInfo kNative =
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
constexpr OperationInfo kModels = Listing(Operation::kModels, Family::kOpenAi);
constexpr OperationInfo kModel = Listing(Operation::kModel, Family::kOpenAi);
constexpr OperationInfo kTags = Listing(Operation::kOllamaTags, Family::kOllama);
constexpr OperationInfo kPs = Listing(Operation::kOllamaPs, Family::kOllama);
constexpr OperationInfo kShow = Listing(Operation::kOllamaShow, Family::kOllama);
constexpr OperationInfo kVersion = Listing(Operation::kOllamaVersion, Family::kOllama);
constexpr OperationInfo kRoot = Listing(Operation::kRoot, Family::kOllama);
constexpr OperationInfo kPlain = {
    Operation::kPlain, Family::kPlain, "other", StreamFraming::kNone, false, false, false, false};

// The most used first. What engines offer beside this on the same port can stop, unload or empty
// them (wire-compatibility.md §0 rule 10) or show other people's prompts (/slots), so it is kPlain.
constexpr Row kRows[] = {
    {Method::kPost, "/v1/chat/completions", kChat},
    {Method::kPost, "/api/chat", kOllamaChat},
    {Method::kPost, "/v1/completions", kCompletions},
    {Method::kPost, "/v1/embeddings", kEmbeddings},
    {Method::kPost, "/api/generate", kOllamaGenerate},
    {Method::kPost, "/v1/messages", kMessages},
    {Method::kPost, "/v1/messages/count_tokens", kCountTokens},
    {Method::kPost, "/v1/responses", kResponses},
    {Method::kPost, "/chat/completions", kChat},
    {Method::kPost, "/embeddings", kEmbeddings},  // llama.cpp, TEI
    {Method::kPost, "/api/embed", kOllamaEmbed},
    {Method::kPost, "/api/embeddings", kOllamaEmbed},
    {Method::kGet, "/v1/models", kModels},
    {Method::kGet, "/models", kModels},  // clients whose base URL lacks /v1
    {Method::kGet, "/api/tags", kTags},
    {Method::kGet, "/api/ps", kPs},
    {Method::kPost, "/api/show", kShow},
    {Method::kGet, "/api/version", kVersion},
    {Method::kGet, "/", kRoot},
    // vLLM, SGLang, llama.cpp, TEI
    {Method::kPost, "/v1/rerank", kOther},
    {Method::kPost, "/rerank", kOther},
    {Method::kPost, "/v2/rerank", kOther},
    {Method::kPost, "/v1/reranking", kOther},
    {Method::kPost, "/reranking", kOther},
    {Method::kPost, "/v1/score", kOther},
    {Method::kPost, "/score", kOther},
    {Method::kPost, "/v1/classify", kOther},
    {Method::kPost, "/classify", kOther},
    {Method::kPost, "/pooling", kOther},
    {Method::kPost, "/v1/tokenize", kOther},
    {Method::kPost, "/tokenize", kOther},
    {Method::kPost, "/v1/detokenize", kOther},
    {Method::kPost, "/detokenize", kOther},
    {Method::kPost, "/apply-template", kOther},
    // llama.cpp's own
    {Method::kPost, "/completion", kNative},
    {Method::kPost, "/completions", kNative},
    {Method::kPost, "/infill", kNative},
    {Method::kPost, "/embedding", kOther},
    // TGI, SGLang
    {Method::kPost, "/generate", kNative},
    {Method::kPost, "/generate_stream", kGenerateStream},
    // TEI
    {Method::kPost, "/embed", kOther},
    {Method::kPost, "/embed_all", kOther},
    {Method::kPost, "/embed_sparse", kOther},
    {Method::kPost, "/similarity", kOther},
};

constexpr std::string_view kModelPrefix = "/v1/models/";  // the rest is the id, slashes included

}  // namespace

const OperationInfo* FindOperation(std::string_view method, std::string_view path) {
  const bool post = method == "POST";
  if (!post && method != "GET" && method != "HEAD") return &kPlain;
  const Method wanted = post ? Method::kPost : Method::kGet;
  for (const Row& row : kRows) {
    if (row.path == path && row.method == wanted) return &row.info;
  }
  if (!post && path.size() > kModelPrefix.size() &&
      path.substr(0, kModelPrefix.size()) == kModelPrefix) {
    return &kModel;
  }
  return &kPlain;
}

}  // namespace banto::api
