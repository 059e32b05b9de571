// Replays a trace against simulated engines behind the program's own balancing, in model time.
#ifndef BANTO_PERF_SIMULATOR_REPLAY_H_
#define BANTO_PERF_SIMULATOR_REPLAY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "perf/engine/step_engine.h"
#include "perf/simulator/router.h"
#include "perf/trace/trace.h"

namespace banto::perf {

struct ReplayResult {
  std::vector<double> first_token_ms;  // of each request
  std::vector<double> between_ms;      // the mean of each request with several tokens
  std::vector<double> busy_ms;         // of each worker
  double lasted_ms = 0;
  int64_t prompt_tokens = 0, cached_tokens = 0;
  int64_t preempted = 0;
  int64_t too_long = 0;  // requests that no worker's memory can hold, left out
};

class Replay {
 public:
  // `assumed_kv`: tokens that the balancing takes each memory to hold; 0: what it holds.
  Replay(const Trace& trace, const std::vector<EngineCosts>& workers, conf::Policy policy,
         int64_t assumed_kv = 0);
  ~Replay();
  ReplayResult Run();

 private:
  struct Worker;
  class Asked;
  enum class EventKind : uint8_t { kArrival, kStepStart, kStepEnd };
  struct Event {
    double at_ms;
    uint64_t order;  // of those at the same time
    EventKind kind;
    size_t index;  // of the request, or of the worker
    bool operator>(const Event& other) const {
      return at_ms != other.at_ms ? at_ms > other.at_ms : order > other.order;
    }
  };

  void Schedule(double at_ms, EventKind kind, size_t index);
  void ScheduleArrivals();
  void Handle(const Event& event);
  void Arrive(size_t index);
  void StartStep(size_t worker);
  void OnEnd(const Asked& asked);  // of one request
  ReplayResult Collect();

  const Trace& trace_;
  Router router_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Asked>> asked_;  // by request
  std::vector<std::unique_ptr<Asked>> ended_;  // in this step
  std::vector<size_t> next_of_session_;        // by request; 0: none
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  uint64_t order_ = 0;
  double now_ms_ = 0;
  ReplayResult result_;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_SIMULATOR_REPLAY_H_
