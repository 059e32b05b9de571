#include "perf/sim_worker/engine.h"

#include <algorithm>

namespace banto::perf {

void Engine::Submit(Sequence* sequence, int64_t prompt_tokens, int64_t output_tokens) {
  ++counts_.submitted;
  if (costs_.instant()) {
    counts_.prompt_tokens += prompt_tokens;
    counts_.output_tokens += output_tokens;
    ++counts_.finished;
    sequence->OnSlot();
    sequence->OnTokens(0, output_tokens, true);
    return;
  }
  waiting_.push_back({sequence, prompt_tokens, output_tokens});
  if (!step_end_ && !finishing_) {
    // Deferred: the caller is not done with this request yet.
    step_end_ = poller_.now();
    poller_.At(*step_end_, [this] { StartStep(); });
  }
  counts_.waiting_most = std::max(counts_.waiting_most, waiting());
}

Engine::Run* Engine::Find(Sequence* sequence) {
  for (Run& run : running_) {
    if (run.sequence == sequence) return &run;
  }
  for (Run& run : waiting_) {
    if (run.sequence == sequence) return &run;
  }
  return nullptr;
}

void Engine::Cancel(Sequence* sequence) {
  Run* run = Find(sequence);
  if (run == nullptr) return;
  ++counts_.cancelled;
  run->sequence = nullptr;
  run->gone = true;
  if (finishing_) return;  // FinishStep() sweeps
  const auto is_gone = [](const Run& one) { return one.gone; };
  std::erase_if(running_, is_gone);
  std::erase_if(waiting_, is_gone);
}

void Engine::Abandon(Sequence* sequence) {
  if (Run* run = Find(sequence)) run->sequence = nullptr;
}

void Engine::Admit() {
  while (running() < costs_.slots && !waiting_.empty()) {
    running_.push_back(waiting_.front());
    waiting_.pop_front();
    if (Sequence* sequence = running_.back().sequence) sequence->OnSlot();
  }
  counts_.running_most = std::max(counts_.running_most, running());
}

// Decoding comes first; the rest of the step reads prompts in order, a long one over several steps.
double Engine::PlanStep() {
  int64_t decoding = 0, read = 0;
  for (Run& run : running_) {
    const int64_t take = std::min(run.prompt_left, costs_.prompt_tokens_per_step - read);
    read += take;
    run.prompt_left -= take;
    run.decodes = run.prompt_left == 0;
    if (run.decodes && take == 0) ++decoding;
  }
  counts_.prompt_tokens += read;
  return costs_.step_ms + costs_.per_sequence_ms * static_cast<double>(decoding) +
         costs_.per_prompt_token_us * static_cast<double>(read) / 1e3;
}

void Engine::StartStep() {
  finishing_ = true;
  Admit();
  finishing_ = false;
  std::erase_if(running_, [](const Run& run) { return run.gone; });
  if (running_.empty()) {
    step_end_.reset();
    return;
  }
  const auto length = std::chrono::duration<double, std::milli>(PlanStep());
  // Steps follow each other without gaps, unless this process cannot keep up.
  const auto start = std::max(*step_end_, poller_.now() - std::chrono::milliseconds(20));
  step_end_ = start + std::chrono::duration_cast<Clock::duration>(length);
  poller_.At(*step_end_, [this] { FinishStep(); });
}

void Engine::FinishStep() {
  finishing_ = true;
  for (Run& run : running_) {
    if (!run.decodes || run.gone) continue;
    const int64_t index = run.made++;
    ++counts_.output_tokens;
    const bool last = run.made == run.output_tokens;
    if (last) ++counts_.finished;
    run.gone = last;
    Sequence* const sequence = run.sequence;
    if (last) run.sequence = nullptr;
    if (sequence != nullptr) sequence->OnTokens(index, 1, last);
  }
  std::erase_if(running_, [](const Run& run) { return run.gone; });
  std::erase_if(waiting_, [](const Run& run) { return run.gone; });
  finishing_ = false;
  StartStep();
}

}  // namespace banto::perf
