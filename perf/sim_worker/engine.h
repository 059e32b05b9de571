// Continuous batching, in time only: a timer per engine step, slots, and a FIFO queue. A step takes
// step_ms, plus per_sequence_ms for each decoding sequence and per_prompt_token_us for each prompt
// token read; every decoding sequence gets one token per step.
#ifndef BANTO_PERF_SIM_WORKER_ENGINE_H_
#define BANTO_PERF_SIM_WORKER_ENGINE_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "perf/common/poller.h"

namespace banto::perf {

struct EngineCosts {
  double step_ms = 0;
  double per_sequence_ms = 0;
  double per_prompt_token_us = 0;
  int64_t slots = 256;
  int64_t prompt_tokens_per_step = 8192;
  // All zero: answers are immediate, and nothing is timed.
  bool instant() const { return step_ms <= 0 && per_sequence_ms <= 0 && per_prompt_token_us <= 0; }
};

struct EngineCounts {
  int64_t submitted = 0, finished = 0, cancelled = 0;
  int64_t prompt_tokens = 0, output_tokens = 0;
  int64_t running_most = 0, waiting_most = 0;
};

class Engine {
 public:
  // The recipient of tokens. Must Cancel() or Abandon() before it is destroyed.
  class Sequence {
   public:
    virtual ~Sequence() = default;
    virtual void OnSlot() = 0;  // it left the queue
    virtual void OnTokens(int64_t first, int64_t count, bool last) = 0;
  };

  Engine(Poller& poller, const EngineCosts& costs) : poller_(poller), costs_(costs) {}

  void Submit(Sequence* sequence, int64_t prompt_tokens, int64_t output_tokens);
  void Cancel(Sequence* sequence);   // frees its slot
  void Abandon(Sequence* sequence);  // the client left, but all tokens are generated

  void set_costs(const EngineCosts& costs) { costs_ = costs; }
  const EngineCosts& costs() const { return costs_; }
  const EngineCounts& counts() const { return counts_; }
  int64_t running() const { return static_cast<int64_t>(running_.size()); }
  int64_t waiting() const { return static_cast<int64_t>(waiting_.size()); }

 private:
  struct Run {
    Sequence* sequence;  // nullptr: abandoned
    int64_t prompt_left, output_tokens, made = 0;
    bool decodes = false;  // gets a token at the end of this step
    bool gone = false;
  };

  void Admit();
  void StartStep();
  void FinishStep();
  double PlanStep();
  Run* Find(Sequence* sequence);

  Poller& poller_;
  EngineCosts costs_;
  EngineCounts counts_;
  std::vector<Run> running_;
  std::deque<Run> waiting_;
  std::optional<Clock::time_point> step_end_;  // while a step runs
  bool finishing_ = false;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_ENGINE_H_
