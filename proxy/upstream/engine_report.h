// Tells the balancer's counts of a worker what its engine says of itself: how much its KV cache
// holds, that it started anew, requests that came past us. It corrects and never decides: without
// it everything is estimated. One per watched worker, kept by the control plane; its thread.
#ifndef BANTO_PROXY_UPSTREAM_ENGINE_REPORT_H_
#define BANTO_PROXY_UPSTREAM_ENGINE_REPORT_H_

#include "health/engine_facts.h"
#include "health/health_state.h"
#include "proxy/upstream/worker.h"

namespace banto::upstream {

class EngineReport {
 public:
  void OnFacts(const health::EngineFacts& facts, WorkerState* state);
  void OnLoad(const health::EngineLoad& load, WorkerState* state);
  // A worker that is down comes back with an empty cache.
  static void OnVerdict(health::Verdict verdict, WorkerState* state);

 private:
  double started_s_ = -1;  // its process; -1: it does not tell
  int past_us_ = 0;        // as seen last
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_ENGINE_REPORT_H_
