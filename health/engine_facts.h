// What we learned from a worker: plain data that the control plane passes on. Values; any thread.
#ifndef BANTO_HEALTH_ENGINE_FACTS_H_
#define BANTO_HEALTH_ENGINE_FACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "conf/config.h"
#include "conf/worker_path.h"

namespace banto::health {

// One model as listed by the worker; the JSON objects are kept for our own listings.
struct ListedModel {
  std::string name;
  std::string revision;  // digest, root … if the engine reports one; part of the cache key
  std::string owned_by;
  int64_t created_s = 0;
  std::string openai_model, ollama_tag, ollama_ps;  // its JSON objects as received
};

struct EngineFacts {
  api::WorkerKind kind = api::WorkerKind::kAuto;
  std::string version;
  std::vector<ListedModel> models;
  bool models_known = false;       // a list was obtained (it may be empty)
  bool models_cut = false;         // it was longer than kModelsMax
  bool models_unreadable = false;  // some of its names were not valid text
  std::string list_trouble;        // "GET /v1/models: 401 Unauthorized": why none was obtained
  conf::WorkerPath path;           // as found by querying
  std::string task;                // TEI's /info: "embedding", "reranker", "classifier"
  int slots = 0;                   // llama.cpp /props total_slots; 0: unknown
  int64_t slot_tokens = 0;         // … and the context of each; 0: unknown
};

// Whether `a` and `b` are equivalent. Ignores `created_s` and `openai_model`, where vLLM and
// llama.cpp put the time of the request and a random permission id.
bool SameFacts(const EngineFacts& a, const EngineFacts& b);

// Load as the engine itself reports it; -1: not reported.
struct EngineLoad {
  double running = -1, waiting = -1, kv_cache_usage = -1;
  double kv_tokens = -1;  // that its KV cache holds
  double started_s = -1;  // its process, Unix time
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_ENGINE_FACTS_H_
