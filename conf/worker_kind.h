// The kinds of workers. A value; the names are those of the configuration.
#ifndef BANTO_CONF_WORKER_KIND_H_
#define BANTO_CONF_WORKER_KIND_H_

#include <cstdint>

namespace banto::conf {

// What a worker is; decides probes, paths and quirks. kAuto is asked for by health/.
enum class WorkerKind : uint8_t {
  kAuto,
  kVllm,
  kSglang,
  kLlamaCpp,
  kLlamaCppPython,
  kOllama,
  kTgi,
  kTei,
  kOpenAi,
  kHttp,
};
const char* WorkerKindName(WorkerKind kind);  // "vllm", "llama-cpp-python" …

}  // namespace banto::conf

#endif  // BANTO_CONF_WORKER_KIND_H_
