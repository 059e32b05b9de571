// budget: a table, one row a kind.
// What is known of each kind of worker before it says anything: one row a kind, in the order of the
// enum. Constant data; any thread.
#ifndef BANTO_PROXY_API_ENGINE_TRAITS_H_
#define BANTO_PROXY_API_ENGINE_TRAITS_H_

#include "proxy/api/engine_columns.h"

namespace banto::api {

// From the engines' sources and from recorded servers. Origins: vllm/entrypoints/openai/cli_args.py
// (allowed_origins), sglang/srt/entrypoints/http_server.py, llama.cpp tools/server (Origin is
// echoed), llama_cpp/server/app.py, TGI and TEI router/src (AllowOrigin::any), ollama
// server/routes.go and envconfig (OLLAMA_ORIGINS).
inline constexpr std::array<EngineTraits, kWorkerKinds> kEngineTraits = {{
    // What it serves is not known either.
    {.kind = WorkerKind::kAuto, .name = "auto", .engines = engine::kUnknown},
    {
        .kind = WorkerKind::kVllm,
        .name = "vllm",
        .engines = engine::kVllm,
        .origins = OriginRule::kAny,
        .owner = "vllm",
        .health_path = "/health",
        .has_health_route = true,
        .fact_pages = {"/v1/models", "/version"},
        .load_page = "/metrics",
        .tells_usage_if_asked = true,
        .knows_base64 = true,
    },
    {
        .kind = WorkerKind::kSglang,
        .name = "sglang",
        .engines = engine::kSglang,
        .origins = OriginRule::kAny,
        .owner = "sglang",
        .health_path = "/health",
        .has_health_route = true,
        .starts_with_503 = true,  // ServerStatus.Starting
        // It sleeps 1 s in its handler and then waits up to 20 s for a token from a busy engine.
        .probe_timeout_ms = 25'000,
        .fact_pages = {"/v1/models", "/get_model_info"},
        .load_page = "/metrics",
        .tells_usage_if_asked = true,
    },
    {
        .kind = WorkerKind::kLlamaCpp,
        .name = "llamacpp",
        .engines = engine::kLlamaCpp,
        .origins = OriginRule::kAny,
        .owner = "llamacpp",
        .server = "llama.cpp",
        .health_path = "/health",
        .has_health_route = true,
        .fact_pages = {"/v1/models", "/props"},
        .load_page = "/metrics",
        .computes_on = true,  // recorded
        .tells_usage_if_asked = true,
        .closes_after_stream = true,  // recorded
        .knows_base64 = true,
    },
    {
        .kind = WorkerKind::kLlamaCppPython,
        .name = "llama-cpp-python",
        .engines = engine::kLlamaCppPython,
        .origins = OriginRule::kAny,
        .cut_by_requests = true,  // interrupt_requests of its settings, true by default
        .fact_pages = {"/v1/models"},
        .kv_tokens = 8'192,  // one prompt
    },
    {
        .kind = WorkerKind::kOllama,
        .name = "ollama",
        .has_ollama_api = true,
        .engines = engine::kOllama,
        .origins = OriginRule::kOllama,
        .owner = "library",
        .health_path = "/api/version",
        .has_health_route = true,
        // Bound to loopback, it refuses every other Host without a word (server/routes.go,
        // allowedHostsMiddleware).
        .hint_on_403 = "Ollama refuses this Host; set host_header = \"localhost:11434\"",
        .fact_pages = {"/api/tags", "/api/ps", "/v1/models", "/api/version"},
        .kv_tokens = 32'768,  // in its slots, OLLAMA_NUM_PARALLEL times the context
        .tells_usage_if_asked = true,
        .knows_base64 = true,
    },
    {
        .kind = WorkerKind::kTgi,
        .name = "tgi",
        .engines = engine::kTgi,
        .origins = OriginRule::kAny,
        .health_path = "/health",
        .has_health_route = true,
        .fact_pages = {"/info", "/v1/models"},
        .load_page = "/metrics",
        .tells_usage_if_asked = true,
        .failed_status = 424,       // "generation failed" (router/src/server.rs)
        .own_stream_errors = true,  // 422 for every trouble, overload included
    },
    {
        .kind = WorkerKind::kTei,
        .name = "tei",
        // Which of them depends on its model (EngineFacts::task).
        .engines = engine::kTei,
        .origins = OriginRule::kAny,
        .health_path = "/health",
        .has_health_route = true,
        .fact_pages = {"/info"},
        .load_page = "/metrics",
        .knows_base64 = true,
        .vectors_max = 32,  // --max-client-batch-size
    },
    {
        .kind = WorkerKind::kOpenAi,
        .name = "openai",
        .is_managed = true,
        .engines = engine::kUnknown,
        .health_path = "/v1/models",  // refusing our key or having no list, it is healthy
        .fact_pages = {"/v1/models"},
        .tells_usage_if_asked = true,
    },
    {
        .kind = WorkerKind::kAnthropic,
        .name = "anthropic",
        .is_managed = true,
        .is_external = true,
        .engines = engine::kAnthropic,
        .key_field = "x-api-key",
        .needed_field = {"anthropic-version", "2023-06-01"},
        .health_path = "/v1/models",
        .fact_pages = {"/v1/models"},
    },
    {.kind = WorkerKind::kHttp, .name = "http", .is_application = true},
}};

constexpr bool HasARowForEachKind() {
  for (size_t i = 0; i < kEngineTraits.size(); ++i) {
    if (static_cast<size_t>(kEngineTraits[i].kind) != i) return false;
  }
  return true;
}
static_assert(HasARowForEachKind());

constexpr const EngineTraits& TraitsOf(WorkerKind kind) {
  return kEngineTraits[static_cast<size_t>(kind)];
}

}  // namespace banto::api

#endif  // BANTO_PROXY_API_ENGINE_TRAITS_H_
