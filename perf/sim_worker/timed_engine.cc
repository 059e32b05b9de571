#include "perf/sim_worker/timed_engine.h"

#include <algorithm>

namespace banto::perf {

TimedEngine::~TimedEngine() {
  if (timer_) poller_.Cancel(*timer_);
}

void TimedEngine::Submit(Sequence* sequence, PromptOf prompt, int64_t output_tokens) {
  if (costs().instant() && !frozen_) {
    ++instant_.submitted;
    instant_.prompt_tokens += prompt.tokens;
    instant_.output_tokens += output_tokens;
    ++instant_.finished;
    sequence->OnSlot(0);
    sequence->OnTokens(0, output_tokens, true);
    return;
  }
  model_.Submit(sequence, std::move(prompt), output_tokens);
  if (step_end_) return;
  // Deferred: the caller is not done with this request yet.
  step_end_ = poller_.now();
  timer_ = poller_.At(*step_end_, [this] { StartStep(); });
}

void TimedEngine::Freeze(bool frozen) {
  if (frozen_ == frozen) return;
  frozen_ = frozen;
  if (frozen_ || !step_end_) return;
  step_end_ = poller_.now();
  timer_ = poller_.At(*step_end_, [this] { StartStep(); });
}

void TimedEngine::StartStep() {
  timer_.reset();
  if (frozen_) return;  // Freeze(false) goes on
  const std::optional<double> ms = model_.PlanStep();
  if (!ms) {
    step_end_.reset();
    return;
  }
  // Steps follow each other without gaps, unless this process cannot keep up.
  const auto start = std::max(*step_end_, poller_.now() - std::chrono::milliseconds(20));
  const std::chrono::duration<double, std::milli> length(*ms);
  step_end_ = start + std::chrono::duration_cast<Clock::duration>(length);
  timer_ = poller_.At(*step_end_, [this] { FinishStep(); });
}

void TimedEngine::FinishStep() {
  timer_.reset();
  model_.FinishStep();
  StartStep();
}

EngineCounts TimedEngine::counts() const {
  EngineCounts all = model_.counts();
  all.submitted += instant_.submitted;
  all.finished += instant_.finished;
  all.prompt_tokens += instant_.prompt_tokens;
  all.output_tokens += instant_.output_tokens;
  return all;
}

}  // namespace banto::perf
