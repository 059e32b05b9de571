// What asking a worker brought: plain data that the control plane hands on. Values; any thread.
#ifndef BANTO_HEALTH_ENGINE_FACTS_H_
#define BANTO_HEALTH_ENGINE_FACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "conf/config.h"
#include "conf/worker_path.h"

namespace banto::health {

// One model as the worker lists it; the JSON objects are kept for listings.
struct ListedModel {
  std::string name;
  std::string revision;  // digest, root … where the engine tells; part of the cache key
  std::string owned_by;
  int64_t created_s = 0;
  std::string openai_model, ollama_tag, ollama_ps;  // its JSON objects, as sent
};

struct EngineFacts {
  api::WorkerKind kind = api::WorkerKind::kAuto;
  std::string version;
  std::vector<ListedModel> models;
  bool models_known = false;       // a list was had (it may be empty)
  bool models_cut = false;         // it was longer than kModelsMax
  bool models_unreadable = false;  // some of its names were no text
  std::string list_trouble;        // "GET /v1/models: 401 Unauthorized": why none was had
  conf::WorkerPath path;           // as asking has shown it
  std::string task;                // TEI's /info: "embedding", "reranker", "classifier"
  int slots = 0;                   // llama.cpp /props total_slots; 0: unknown
};

// Whether `a` and `b` say the same. `created_s` and `openai_model` do not count: vLLM and llama.cpp
// put the time of the question and a random permission id there.
bool SameFacts(const EngineFacts& a, const EngineFacts& b);

// Load as the engine itself reports it; -1: not reported.
struct EngineLoad {
  double running = -1, waiting = -1, kv_cache_usage = -1;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_ENGINE_FACTS_H_
