#include "proxy/api/engine_traits.h"

namespace banto::api {

// In the order of the enum. Origins from the engines' sources: vllm/entrypoints/openai/cli_args.py
// (allowed_origins), sglang/srt/entrypoints/http_server.py, llama.cpp tools/server (Origin is
// echoed), llama_cpp/server/app.py, TGI and TEI router/src (AllowOrigin::any), ollama
// server/routes.go and envconfig (OLLAMA_ORIGINS).
constexpr std::array<EngineTraits, kWorkerKinds> kEngineTraits = {{
    {.kind = WorkerKind::kAuto, .name = "auto"},
    {.kind = WorkerKind::kVllm, .name = "vllm", .origins = OriginRule::kAny},
    {.kind = WorkerKind::kSglang, .name = "sglang", .origins = OriginRule::kAny},
    {.kind = WorkerKind::kLlamaCpp, .name = "llamacpp", .origins = OriginRule::kAny},
    {.kind = WorkerKind::kLlamaCppPython, .name = "llama-cpp-python", .origins = OriginRule::kAny},
    {.kind = WorkerKind::kOllama, .name = "ollama", .origins = OriginRule::kOllama},
    {.kind = WorkerKind::kTgi, .name = "tgi", .origins = OriginRule::kAny},
    {.kind = WorkerKind::kTei, .name = "tei", .origins = OriginRule::kAny},
    {.kind = WorkerKind::kOpenAi, .name = "openai"},
    {.kind = WorkerKind::kHttp, .name = "http"},
}};

namespace {

constexpr bool InOrder() {
  for (size_t i = 0; i < kEngineTraits.size(); ++i) {
    if (static_cast<size_t>(kEngineTraits[i].kind) != i) return false;
  }
  return true;
}
static_assert(InOrder());

}  // namespace
}  // namespace banto::api
