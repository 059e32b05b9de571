#include "proxy/upstream/worker_speed.h"

#include <algorithm>

namespace banto::upstream {
namespace {

// Shorter prompts tell how long a step takes, not a token.
constexpr double kTokensMin = 32;
constexpr double kKept = 0.9;  // of the sums, with each answer
constexpr double kPrefillMsMin = 0.001, kPrefillMsMax = 500;
// A gap that is longer than usual was mostly spent on somebody's prompt: those weigh less.
constexpr double kDown = 0.3, kUp = 0.03;
constexpr double kSlownessMin = 0.1, kSlownessMax = 100;
constexpr double kLoadMsMax = 300'000;

}  // namespace

void WorkerSpeed::NoteFirstToken(double work_tokens, double ms, int64_t now_ms) {
  if (work_tokens < kTokensMin || ms < 0) return;
  const double step_ms = kStepMs * slowness();
  std::lock_guard lock(mutex_);
  work_tokens_ = work_tokens_ * kKept + work_tokens;
  work_ms_ = work_ms_ * kKept + std::max(0.0, ms - step_ms);
  const double rate = std::clamp(work_ms_ / work_tokens_, kPrefillMsMin, kPrefillMsMax);
  prefill_ms_.store(static_cast<float>(rate), kRelaxed);
  noted_ms_.store(now_ms, kRelaxed);
}

void WorkerSpeed::NoteTokenGap(double ms, double sequences, double kv_tokens) {
  const double reference = kStepMs + kStepMsPerSequence * sequences + kStepMsPerKvToken * kv_tokens;
  const double sample = std::clamp(ms / reference, kSlownessMin, kSlownessMax);
  std::lock_guard lock(mutex_);
  const double old = slowness();
  const double step = sample < old ? kDown : kUp;
  slowness_.store(static_cast<float>(old + step * (sample - old)), kRelaxed);
}

void WorkerSpeed::NoteLoad(double ms) {
  std::lock_guard lock(mutex_);
  const double old = load_ms();
  load_ms_.store(static_cast<float>(old + 0.5 * (std::clamp(ms, 0.0, kLoadMsMax) - old)), kRelaxed);
}

}  // namespace banto::upstream
