// How a worker of each kind is probed and what its answer means. Pure functions. A probe never is a
// completion, and nothing here is anything but a GET.
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
  kHealthRoute,  // 2xx, whole, no HTML page: an engine's own health route
  kBelow400,     // a path that the operator named
  kBelow500,     // any app: it answers
};

struct ProbePlan {
  bool connect_only = false;  // llama-cpp-python: any HTTP request would cut its stream
  std::string path;
  Accept accept = Accept::kBelow500;
  int64_t timeout_ms = 5'000;
  int64_t list_timeout_ms = 5'000;  // for its lists and load figures
  int64_t interval_ms = 5'000;
  bool seldom =
      false;  // questions cost somebody something: at most one a minute, none for load figures
};

// `found_health_path`: what detection found for an OpenAI-compatible server of unknown make.
ProbePlan PlanProbe(api::WorkerKind kind, const conf::Worker& worker, const conf::Health& settings,
                    const std::string& found_health_path);

struct ProbeReading {
  ProbeOutcome outcome = ProbeOutcome::kFailed;
  std::string reason;    // "GET /health: 503 Loading model", "connect: Connection refused"
  bool answered = true;  // somebody spoke HTTP; else nobody was there to be bothered
};

// `was_ready`: healthy at least once. Before that a 503 of SGLang means that it is starting.
ProbeReading ReadProbe(const ProbePlan& plan, api::WorkerKind kind, const HttpGetResult& answer,
                       bool was_ready);

// Whether the answer may be that of a gateway which shows only /v1 of the engine: its list of
// models is asked instead.
bool MayLackHealthPage(const ProbePlan& plan, const HttpGetResult& answer);
// `health`: the reading of that answer; it stays where the list is no proof either.
ProbeReading ReadListInstead(ProbeReading health, api::WorkerKind kind, const HttpGetResult& list);

// When to probe next: faster while the worker is not healthy, so that it comes back soon. `jitter`
// is in [-0.1, 0.1].
int64_t NextProbeMs(const ProbePlan& plan, Verdict verdict, double jitter);

// The pace for a worker that never was healthy: 100 ms, 200 ms, 400 ms … up to its interval, so
// that an engine that starts beside us is found when it is there.
class EarlyPace {
 public:
  // How long to wait after `reading`; at most `otherwise_ms`. Whoever is asked seldom keeps that
  // once he has answered.
  int64_t NextMs(const ProbePlan& plan, const ProbeReading& reading, int64_t otherwise_ms);

 private:
  static constexpr int64_t kFirstMs = 100;
  int64_t ms_ = kFirstMs;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_PROBE_PLAN_H_
