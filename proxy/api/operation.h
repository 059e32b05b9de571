// What a request asks for, seen from its method and path alone: which API family it belongs to, how
// its answer streams, whether it may be cached or sent twice. One table; pure.
#ifndef BANTO_PROXY_API_OPERATION_H_
#define BANTO_PROXY_API_OPERATION_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "proxy/http/event_stream.h"

namespace banto::api {

// Whose conventions the client speaks: error shapes, stream framing, field names.
enum class Family : uint8_t {
  kOpenAi,     // /v1/…
  kOllama,     // /api/…
  kAnthropic,  // /v1/messages: passed through, never cached yet
  kPlain,      // any HTTP app behind [[routes]] or kind = "http"
};

// Kinds of workers, as bits: who serves an operation.
using Engines = uint16_t;
namespace engine {
constexpr Engines kVllm = 1, kSglang = 2, kLlamaCpp = 4, kLlamaCppPython = 8, kOllama = 16,
                  kTgi = 32;
// A TEI serves what its model is made for.
constexpr Engines kTeiEmbed = 64, kTeiRerank = 128, kTeiPredict = 256;
constexpr Engines kUnknown = 512;  // speaks OpenAI's API, and we do not know what else
}  // namespace engine

enum class Operation : uint8_t {
  kChat,            // POST /v1/chat/completions (also /chat/completions)
  kCompletions,     // POST /v1/completions
  kEmbeddings,      // POST /v1/embeddings
  kModels,          // GET /v1/models
  kModel,           // GET /v1/models/{id}
  kResponses,       // POST /v1/responses: passed through
  kMessages,        // POST /v1/messages (+ /count_tokens)
  kOtherInference,  // rerank, score, tokenize, … of known engines: passed through, routed by model
  kOllamaChat,      // POST /api/chat
  kOllamaGenerate,  // POST /api/generate
  kOllamaEmbed,     // POST /api/embed, /api/embeddings
  kOllamaTags,      // GET /api/tags
  kOllamaPs,        // GET /api/ps
  kOllamaShow,      // POST /api/show
  kOllamaVersion,   // GET, HEAD /api/version
  kRoot,            // GET, HEAD /: "Ollama is running" where an Ollama client may ask
  kPlain,           // nothing we know: only for kind = "http" workers and routes
};

struct OperationInfo {
  Operation operation;
  Family family;
  const char* endpoint;         // the metrics' label: chat, completions, embeddings, models, other
  http::StreamFraming framing;  // of its streamed answers
  bool inference;               // goes to a worker chosen by `model`; known engines accept it
  bool listing;                 // answered from our own memory
  bool streams_by_default;      // Ollama: an absent `stream` means true
  // A known inference endpoint: may be sent again after bytes went out (design §8).
  bool retry_safe;
  Engines engines;   // who serves it, as far as engines are known by their kind
  Engines nameless;  // of these, those whose API has no `model` here
};

// Never nullptr: kPlain's row for what is not known. A known path with the wrong method gives
// kPlain too.
const OperationInfo* FindOperation(std::string_view method, std::string_view path);

// Every set of engines that serves an operation of ours, `nameless` ones too; each once.
std::vector<Engines> EnginesOfAllOperations();

}  // namespace banto::api

#endif  // BANTO_PROXY_API_OPERATION_H_
