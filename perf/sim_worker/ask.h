// What a request asks of a simulated engine. Pure.
#ifndef BANTO_PERF_SIM_WORKER_ASK_H_
#define BANTO_PERF_SIM_WORKER_ASK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "perf/engine/step_engine.h"

namespace banto::perf {

enum class Api : uint8_t {
  kChat,            // POST /v1/chat/completions
  kCompletion,      // POST /v1/completions
  kOllamaChat,      // POST /api/chat
  kOllamaGenerate,  // POST /api/generate
  kMessages,        // POST /v1/messages
  kNone,            // anything else
};

struct Ask {
  Api api = Api::kNone;
  bool stream = false;
  bool include_usage = false;
  int64_t output_tokens = 16;
  PromptOf prompt;    // at four bytes for a token
  uint64_t seed = 0;  // of the answer's text
  std::string model;
};

// `chained`: with the chain of its prompt's blocks.
Ask ReadAsk(std::string_view method, std::string_view path, std::string_view body, bool chained);

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_ASK_H_
