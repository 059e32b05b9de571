#include "proxy/api/operation.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

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

// What engines offer beside this on the same port can stop, unload or empty
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

// Up to eight bytes of a path's end, as a number.
constexpr uint64_t TailOf(std::string_view path) {
  uint64_t tail = 0;
  for (size_t i = path.size() > 8 ? path.size() - 8 : 0; i < path.size(); ++i) {
    tail = (tail << 8) | static_cast<unsigned char>(path[i]);
  }
  return tail;
}

// Its end and its size tell every path from the others: a slot for each row.
constexpr size_t kSlots = 256;

constexpr size_t SlotOf(uint64_t tail, size_t size, uint64_t multiplier) {
  return static_cast<size_t>(((tail + size) * multiplier) >> 56);
}

struct SlotTable {
  uint64_t multiplier = 0;             // 0: none found
  std::array<uint8_t, kSlots> rows{};  // 0: none, else one more than the row
};

constexpr SlotTable MakeSlots() {
  uint64_t multiplier = 0x9E3779B97F4A7C15U;
  for (int tries = 0; tries < 4000; ++tries, multiplier = multiplier * 0xD1342543DE82EF95U + 2) {
    SlotTable table{multiplier, {}};
    bool good = true;
    for (size_t i = 0; good && i < std::size(kRows); ++i) {
      uint8_t& slot = table.rows[SlotOf(TailOf(kRows[i].path), kRows[i].path.size(), multiplier)];
      good = slot == 0;
      slot = static_cast<uint8_t>(i + 1);
    }
    if (good) return table;
  }
  return {};
}

constexpr SlotTable kSlotTable = MakeSlots();
static_assert(kSlotTable.multiplier != 0, "no multiplier gives every path a slot of its own");

// Compares what is at least eight bytes long, a word at a time and without a call: memcmp would be
// a third of FindOperation.
bool SameBytes(const char* a, const char* b, size_t size) {
  uint64_t x, y;
  for (size_t at = 0; at + sizeof x < size; at += sizeof x) {
    std::memcpy(&x, a + at, sizeof x);
    std::memcpy(&y, b + at, sizeof y);
    if (x != y) return false;
  }
  return std::memcmp(a + size - sizeof x, b + size - sizeof x, sizeof x) == 0;
}

// The row of this path, or nullptr.
const Row* FindRow(std::string_view path) {
  uint64_t tail = 0;
  if (path.size() >= sizeof tail) {
    std::memcpy(&tail, path.data() + path.size() - sizeof tail, sizeof tail);
    if constexpr (std::endian::native == std::endian::little) tail = __builtin_bswap64(tail);
  } else {
    tail = TailOf(path);
  }
  const size_t i = kSlotTable.rows[SlotOf(tail, path.size(), kSlotTable.multiplier)];
  if (i == 0 || kRows[i - 1].path.size() != path.size()) return nullptr;
  const Row* const row = &kRows[i - 1];
  const bool same = path.size() >= sizeof tail
                        ? SameBytes(row->path.data(), path.data(), path.size())
                        : row->path == path;
  return same ? row : nullptr;
}

}  // namespace

const OperationInfo* FindOperation(std::string_view method, std::string_view path) {
  const bool post = method == "POST";
  if (!post && method != "GET" && method != "HEAD") return &kPlain;
  const Row* const row = FindRow(path);
  if (row != nullptr)
    return row->method == (post ? Method::kPost : Method::kGet) ? &row->info : &kPlain;
  if (!post && path.size() > kModelPrefix.size() &&
      path.substr(0, kModelPrefix.size()) == kModelPrefix) {
    return &kModel;
  }
  return &kPlain;
}

}  // namespace banto::api
