// What a request asks for, seen from its method and path alone: which API it belongs to, how its
// answer streams, whether it may be cached or sent twice. One table (operation_table.h); pure.
#ifndef BANTO_PROXY_API_OPERATION_H_
#define BANTO_PROXY_API_OPERATION_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "proxy/http/event_stream.h"

namespace banto::api {

struct Codec;
struct Dialect;
struct Packager;
struct VectorForm;

// Kinds of workers, as bits: who serves an operation.
using Engines = uint16_t;
namespace engine {
constexpr Engines kVllm = 1, kSglang = 2, kLlamaCpp = 4, kLlamaCppPython = 8, kOllama = 16,
                  kTgi = 32;
// A TEI serves what its model is made for.
constexpr Engines kTeiEmbed = 64, kTeiRerank = 128, kTeiPredict = 256;
constexpr Engines kTei = kTeiEmbed | kTeiRerank | kTeiPredict;
constexpr Engines kUnknown = 512;     // speaks OpenAI's API, and we do not know what else
constexpr Engines kAnthropic = 1024;  // Anthropic's own
}  // namespace engine

// What is asked of an API, by one word for all of them.
enum class Operation : uint8_t {
  kChat,         // an answer to messages
  kCompletions,  // what follows a prompt
  kEmbeddings,
  kCountTokens,  // of what messages would ask
  kModels,       // the models there are
  kModel,        // one of them, named in the path
  kRunning,      // those that are loaded
  kShow,         // one of them, in detail: its worker is asked
  kVersion,
  kGreeting,  // GET /: who is there
  kOther,     // inference that is only passed through and routed by model: rerank, tokenize …
  kPlain,     // nothing we know: only for kind = "http" workers and routes
};

struct OperationInfo {
  const Dialect* dialect;  // never nullptr
  Operation operation;
  const char* endpoint = "other";  // the metrics' label: chat, completions, embeddings, models
  http::StreamFraming framing = http::StreamFraming::kNone;  // of its streamed answers
  bool inference = false;           // goes to a worker chosen by `model`; known engines accept it
  bool listing = false;             // answered from our own memory
  bool streams_by_default = false;  // an absent `stream` means true
  // A known inference endpoint: may be sent again after bytes went out (design §8).
  bool retry_safe = false;
  bool cacheable = false;        // its answers may be kept
  Engines engines = 0;           // who serves it, as far as engines are known by their kind
  Engines nameless = 0;          // of these, those whose API has no `model` here
  const Codec* codec = nullptr;  // translates it; nullptr: it only passes as it came
  // Makes its streams wholes and its wholes streams; nullptr: each is kept for itself.
  const Packager* packager = nullptr;
  // Its items are vectors, which are kept one by one; nullptr: an answer is kept as a whole.
  const VectorForm* vectors = nullptr;
};

// Never nullptr: kPlainOperation for what is not known. A known path with the wrong method gives
// that too.
const OperationInfo* FindOperation(std::string_view method, std::string_view path);

// The model's id in the path of an Operation::kModel, as it was sent.
std::string_view ModelInPath(std::string_view path);

// Of any application.
extern const OperationInfo kPlainOperation;
// Of a body that cannot be read: nothing is expected of the answer.
extern const OperationInfo kUnreadOperation;

// Every set of engines that serves an operation of ours, `nameless` ones too; each once.
std::vector<Engines> EnginesOfAllOperations();

// Every API that has an operation; each once.
const std::vector<const Dialect*>& AllDialects();

}  // namespace banto::api

#endif  // BANTO_PROXY_API_OPERATION_H_
