// An inference engine in model time, without a clock: continuous batching, prompts read in pieces,
// KV memory with a prefix cache. Whoever drives it asks for a step, lets its time pass (on a clock
// or in a simulation) and finishes it.
//
// A step decodes one token of each sequence whose prompt is read, then reads prompts in order until
// its budget of tokens is used up, and admits waiting sequences, first come first served, while
// there is budget, a slot and memory. If a decoding sequence finds no memory, the newest one gives
// up its own and begins again later. As in vLLM, and as there the last token of a prompt is always
// read.
#ifndef BANTO_PERF_ENGINE_STEP_ENGINE_H_
#define BANTO_PERF_ENGINE_STEP_ENGINE_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "perf/engine/engine_costs.h"
#include "perf/engine/kv_memory.h"

namespace banto::perf {

struct EngineCounts {
  int64_t submitted = 0, finished = 0, cancelled = 0, preempted = 0;
  int64_t prompt_tokens = 0, cached_tokens = 0;  // read, and found in memory instead
  int64_t output_tokens = 0;
  int64_t running_most = 0, waiting_most = 0;
  double busy_ms = 0;
};

struct PromptOf {
  int64_t tokens = 1;
  std::vector<uint64_t> chain;  // of its whole blocks
};

class StepEngine {
 public:
  // The recipient of tokens. Must Cancel() or Abandon() before it is destroyed.
  class Sequence {
   public:
    virtual ~Sequence() = default;
    virtual void OnSlot(int64_t cached_tokens) = 0;  // it left the queue
    virtual void OnTokens(int64_t first, int64_t count, bool last) = 0;
  };

  explicit StepEngine(const EngineCosts& costs) : costs_(costs), memory_(costs.kv_tokens) {}

  // Whether its memory can ever hold that much.
  bool Fits(int64_t prompt_tokens, int64_t output_tokens) const;
  void Submit(Sequence* sequence, PromptOf prompt, int64_t output_tokens);  // that fits
  void Cancel(Sequence* sequence);                                          // frees its slot
  void Abandon(Sequence* sequence);  // nobody listens any more, but all tokens are generated

  // The milliseconds that the next step takes; nothing: there is nothing to do. Calls OnSlot().
  std::optional<double> PlanStep();
  void FinishStep();  // calls OnTokens()

  void set_costs(const EngineCosts& costs) { costs_ = costs; }  // except for its memory
  const EngineCosts& costs() const { return costs_; }
  const EngineCounts& counts() const { return counts_; }
  const KvMemory& memory() const { return memory_; }
  int64_t running() const { return static_cast<int64_t>(running_.size()); }
  int64_t waiting() const { return static_cast<int64_t>(waiting_.size()); }

 private:
  struct Run {
    Sequence* sequence;  // nullptr: abandoned
    PromptOf prompt;
    int64_t output_tokens;
    int64_t made = 0;      // tokens of the output so far
    int64_t computed = 0;  // tokens of prompt and output that the memory holds
    int64_t own = 0;       // room of its own
    size_t held = 0;       // blocks that it shares
    int64_t take = 0;      // tokens of this step
    bool seen = false;     // OnSlot() was called
    bool gone = false;

    int64_t todo() const { return prompt.tokens + made - computed; }
    bool decodes() const { return made > 0 && todo() == 1; }
    Chain shared() const { return Chain(prompt.chain).first(held); }
  };

  void PlanDecoding(int64_t* budget);
  bool MakeRoom(size_t at);  // for one more token; false: it was preempted itself
  void PlanReading(int64_t* budget);
  bool AdmitFirst();
  double StepMs() const;
  void Advance(Run* run);
  void Free(Run* run);
  void Sweep();
  Run* Find(Sequence* sequence);

  EngineCosts costs_;
  EngineCounts counts_;
  KvMemory memory_;
  std::vector<Run> running_;
  std::deque<Run> waiting_;
  bool calling_ = false;  // recipients may call back
};

}  // namespace banto::perf

#endif  // BANTO_PERF_ENGINE_STEP_ENGINE_H_
