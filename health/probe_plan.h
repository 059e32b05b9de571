// How a worker of each kind is probed and how its answer is interpreted; where it reports its lists
// and load. Tables and pure functions. A probe is never a completion, and every request here is a
// GET.
#ifndef BANTO_HEALTH_PROBE_PLAN_H_
#define BANTO_HEALTH_PROBE_PLAN_H_

#include <cstdint>
#include <string>

#include "conf/config.h"
#include "health/health_state.h"
#include "health/http_get.h"

namespace banto::health {

// Which statuses mean "alive".
enum class Accept : uint8_t {
  kHealthRoute,  // 2xx, complete, not an HTML page: an engine's own health route
  kBelow400,     // a path configured by the operator
  kBelow500,     // any app that answers
};

struct ProbePlan {
  bool connect_only = false;  // llama-cpp-python: any HTTP request would interrupt its stream
  std::string path;
  Accept accept = Accept::kBelow500;
  int64_t timeout_ms = 5'000;
  int64_t list_timeout_ms = 5'000;  // for its lists and load figures
  int64_t interval_ms = 5'000;
  bool seldom =
      false;  // requests cost somebody money or quota: at most one a minute, none for load figures
};

// `found_health_path`: detected for an OpenAI-compatible server of unknown make.
ProbePlan PlanProbe(api::WorkerKind kind, const conf::Worker& worker, const conf::Health& settings,
                    const std::string& found_health_path);

struct ProbeReading {
  ProbeOutcome outcome = ProbeOutcome::kFailed;
  std::string reason;    // "GET /health: 503 Loading model", "connect: Connection refused"
  bool answered = true;  // something spoke HTTP; otherwise nobody was bothered by the probe
};

// `was_ready`: healthy at least once. Until then SGLang's 503 means that it is starting.
ProbeReading ReadProbe(const ProbePlan& plan, api::WorkerKind kind, const HttpGetResult& answer,
                       bool was_ready);

// Whether the answer may come from a gateway that exposes only the engine's /v1: then its list of
// models is requested instead.
bool MayLackHealthPage(const ProbePlan& plan, const HttpGetResult& answer);
// `health`: the reading of that answer; it is kept if the list does not prove anything either.
ProbeReading ReadListInstead(ProbeReading health, api::WorkerKind kind, const HttpGetResult& list);

// When to probe next: sooner while the worker is not healthy, so that it is back quickly. `jitter`
// is in [-0.1, 0.1].
int64_t NextProbeMs(const ProbePlan& plan, Verdict verdict, double jitter);

// The pace for a worker that was never healthy: 100 ms, 200 ms, 400 ms … up to its interval, so
// that an engine starting next to us is found as soon as it is up.
class EarlyPace {
 public:
  // The delay after `reading`; at most `otherwise_ms`. A worker with plan.seldom keeps that once it
  // has answered.
  int64_t NextMs(const ProbePlan& plan, const ProbeReading& reading, int64_t otherwise_ms);

 private:
  static constexpr int64_t kFirstMs = 100;
  int64_t ms_ = kFirstMs;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_PROBE_PLAN_H_
