#include "perf/engine/step_engine.h"

#include <algorithm>

namespace banto::perf {
namespace {

constexpr double kReserveShare = 0.01;  // of the memory, for those that run already

int64_t InPieces(int64_t tokens) {
  constexpr int64_t kPiece = KvMemory::kOwnTokens;
  return std::max<int64_t>(0, (tokens + kPiece - 1) / kPiece * kPiece);
}

int64_t InBlocks(size_t blocks) { return static_cast<int64_t>(blocks) * KvMemory::kBlockTokens; }

}  // namespace

bool StepEngine::Fits(int64_t prompt_tokens, int64_t output_tokens) const {
  return !memory_.remembers() || InPieces(prompt_tokens + output_tokens) <= memory_.capacity();
}

void StepEngine::Submit(Sequence* sequence, PromptOf prompt, int64_t output_tokens) {
  ++counts_.submitted;
  prompt.tokens = std::max<int64_t>(1, prompt.tokens);
  waiting_.push_back({sequence, std::move(prompt), output_tokens});
  counts_.waiting_most = std::max(counts_.waiting_most, waiting());
}

StepEngine::Run* StepEngine::Find(Sequence* sequence) {
  for (Run& run : running_) {
    if (run.sequence == sequence) return &run;
  }
  for (Run& run : waiting_) {
    if (run.sequence == sequence) return &run;
  }
  return nullptr;
}

void StepEngine::Cancel(Sequence* sequence) {
  Run* run = Find(sequence);
  if (run == nullptr) return;
  ++counts_.cancelled;
  run->sequence = nullptr;
  run->gone = true;
  if (!calling_) Sweep();
}

void StepEngine::Abandon(Sequence* sequence) {
  if (Run* run = Find(sequence)) run->sequence = nullptr;
}

void StepEngine::Free(Run* run) {
  memory_.Release(run->shared());
  memory_.Give(run->own);
  run->held = 0;
  run->own = run->computed = run->take = 0;
}

void StepEngine::Sweep() {
  for (Run& run : running_) {
    if (run.gone) Free(&run);
  }
  const auto is_gone = [](const Run& run) { return run.gone; };
  std::erase_if(running_, is_gone);
  std::erase_if(waiting_, is_gone);
}

bool StepEngine::MakeRoom(size_t at) {
  while (!memory_.Take(KvMemory::kOwnTokens)) {
    const bool itself = running_.size() == at + 1;
    Free(&running_.back());
    ++counts_.preempted;
    waiting_.push_front(std::move(running_.back()));
    running_.pop_back();
    if (itself) return false;
  }
  running_[at].own += KvMemory::kOwnTokens;
  return true;
}

void StepEngine::PlanDecoding(int64_t* budget) {
  for (size_t i = 0; i < running_.size(); ++i) {
    running_[i].take = 0;
    if (!running_[i].decodes()) continue;
    const Run& run = running_[i];
    if (InBlocks(run.held) + run.own < run.computed + 1 && !MakeRoom(i)) return;
    running_[i].take = 1;
    --*budget;
  }
}

// The first of those that wait, if there is room for it.
bool StepEngine::AdmitFirst() {
  Run& run = waiting_.front();
  const int64_t tokens = run.prompt.tokens + run.made;
  const auto blocks_max = static_cast<size_t>((tokens - 1) / KvMemory::kBlockTokens);
  const KvMemory::Found found = memory_.Find(run.prompt.chain, blocks_max);
  const int64_t own = InPieces(tokens - InBlocks(found.blocks));
  const auto reserve =
      static_cast<int64_t>(kReserveShare * static_cast<double>(memory_.capacity()));
  if (!memory_.HasRoom(own, found.idle, running_.empty() ? 0 : reserve)) return false;
  run.held = found.blocks;
  run.computed = InBlocks(found.blocks);
  memory_.Hold(run.shared());
  memory_.Take(own);
  run.own = own;
  counts_.cached_tokens += run.computed;
  running_.push_back(std::move(run));
  waiting_.pop_front();
  counts_.running_most = std::max(counts_.running_most, running());
  Run& admitted = running_.back();
  if (!std::exchange(admitted.seen, true) && admitted.sequence != nullptr) {
    admitted.sequence->OnSlot(admitted.computed);
  }
  return true;
}

void StepEngine::PlanReading(int64_t* budget) {
  const auto read = [budget](Run* run) {
    run->take = std::min(run->todo(), std::max<int64_t>(0, *budget));
    *budget -= run->take;
  };
  for (Run& run : running_) {
    if (run.take == 0 && !run.decodes()) read(&run);
  }
  while (*budget > 0 && running() < costs_.slots && !waiting_.empty()) {
    if (waiting_.front().gone) {
      waiting_.pop_front();
      continue;
    }
    if (!AdmitFirst()) break;
    if (!running_.back().gone) read(&running_.back());
  }
}

double StepEngine::StepMs() const {
  double reads = 0;
  int64_t decoding = 0, looked_at = 0;
  for (const Run& run : running_) {
    if (run.decodes()) {
      ++decoding;
      looked_at += run.computed;
      continue;
    }
    const double behind = static_cast<double>(run.computed) + static_cast<double>(run.take) / 2;
    const double slower = costs_.context_tokens > 0 ? behind / costs_.context_tokens : 0;
    reads += static_cast<double>(run.take) * (1 + slower);
  }
  return costs_.factor * (costs_.step_ms + costs_.per_sequence_ms * static_cast<double>(decoding) +
                          costs_.per_prompt_token_us * reads / 1e3 +
                          costs_.per_kv_token_ns * static_cast<double>(looked_at) / 1e6);
}

std::optional<double> StepEngine::PlanStep() {
  calling_ = true;
  int64_t budget = costs_.prompt_tokens_per_step;
  PlanDecoding(&budget);
  PlanReading(&budget);
  calling_ = false;
  Sweep();
  if (running_.empty()) return std::nullopt;
  const double took = StepMs();
  counts_.busy_ms += took;
  return took;
}

void StepEngine::Advance(Run* run) {
  if (!run->decodes()) counts_.prompt_tokens += run->take;
  run->computed += run->take;
  if (!memory_.remembers()) return;
  const Chain chain = run->prompt.chain;
  for (; run->held < chain.size() && InBlocks(run->held + 1) <= run->computed; ++run->held) {
    memory_.Publish(chain[run->held]);
    run->own -= KvMemory::kBlockTokens;
  }
}

void StepEngine::FinishStep() {
  calling_ = true;
  for (Run& run : running_) {
    if (run.gone || run.take == 0) continue;
    Advance(&run);
    if (run.todo() > 0) continue;
    const int64_t index = run.made++;
    ++counts_.output_tokens;
    const bool last = run.made == run.output_tokens;
    if (last) ++counts_.finished;
    run.gone = last;
    Sequence* const sequence = last ? std::exchange(run.sequence, nullptr) : run.sequence;
    if (sequence != nullptr) sequence->OnTokens(index, 1, last);
  }
  calling_ = false;
  Sweep();
}

}  // namespace banto::perf
