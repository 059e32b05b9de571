// Drives a StepEngine by the clock: a timer per step.
#ifndef BANTO_PERF_SIM_WORKER_TIMED_ENGINE_H_
#define BANTO_PERF_SIM_WORKER_TIMED_ENGINE_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "perf/common/poller.h"
#include "perf/engine/step_engine.h"

namespace banto::perf {

class TimedEngine {
 public:
  using Sequence = StepEngine::Sequence;

  TimedEngine(Poller& poller, const EngineCosts& costs) : poller_(poller), model_(costs) {}
  ~TimedEngine();

  bool Fits(int64_t prompt_tokens, int64_t output_tokens) const {
    return model_.Fits(prompt_tokens, output_tokens);
  }
  void Submit(Sequence* sequence, PromptOf prompt, int64_t output_tokens);
  void Cancel(Sequence* sequence) { model_.Cancel(sequence); }
  void Abandon(Sequence* sequence) { model_.Abandon(sequence); }
  void Freeze(bool frozen);  // takes requests and makes no steps

  void set_costs(const EngineCosts& costs) { model_.set_costs(costs); }
  const EngineCosts& costs() const { return model_.costs(); }
  EngineCounts counts() const;
  const KvMemory& memory() const { return model_.memory(); }
  int64_t running() const { return model_.running(); }
  int64_t waiting() const { return model_.waiting(); }

 private:
  void StartStep();
  void FinishStep();

  Poller& poller_;
  StepEngine model_;
  EngineCounts instant_;                       // of answers that took no step
  std::optional<Clock::time_point> step_end_;  // while a step runs
  std::optional<Poller::TimerId> timer_;
  bool frozen_ = false;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_TIMED_ENGINE_H_
