#include "conf/worker_kind.h"

namespace banto::conf {

const char* WorkerKindName(WorkerKind kind) {
  switch (kind) {
    case WorkerKind::kAuto:
      return "auto";
    case WorkerKind::kVllm:
      return "vllm";
    case WorkerKind::kSglang:
      return "sglang";
    case WorkerKind::kLlamaCpp:
      return "llamacpp";
    case WorkerKind::kLlamaCppPython:
      return "llama-cpp-python";
    case WorkerKind::kOllama:
      return "ollama";
    case WorkerKind::kTgi:
      return "tgi";
    case WorkerKind::kTei:
      return "tei";
    case WorkerKind::kOpenAi:
      return "openai";
    case WorkerKind::kHttp:
      return "http";
  }
  return "auto";
}

}  // namespace banto::conf
