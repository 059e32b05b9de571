// How fast a worker is, learned from its answers: how long it takes to read a token of a prompt,
// and how much slower than a reference its steps are. Rates are clamped, weigh long prompts more,
// and fade: a worker that was slow a while ago is tried again. Owned by a WorkerState; any thread.
#ifndef BANTO_PROXY_UPSTREAM_WORKER_SPEED_H_
#define BANTO_PROXY_UPSTREAM_WORKER_SPEED_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace banto::upstream {

// The reference: an 8B model on a large GPU (inference-routers.md §4.2). A step takes this long,
// plus so much for every sequence, and for every token in its KV cache.
inline constexpr double kPrefillMsPerToken = 0.035;
inline constexpr double kStepMs = 6, kStepMsPerSequence = 0.05, kStepMsPerKvToken = 5.6e-5;

class WorkerSpeed {
 public:
  static constexpr int64_t kFadesInMs = 120'000;
  static constexpr size_t kReadBytes = 16;  // the last ones, which every pick reads

  // The first token came `ms` after the request was sent, when the worker had `work_tokens` to read
  // before it.
  void NoteFirstToken(double work_tokens, double ms, int64_t now_ms);
  // Tokens came `ms` apart on average, with so many sequences and tokens there.
  void NoteTokenGap(double ms, double sequences, double kv_tokens);
  // A model that was not in memory had to be loaded: so much longer than expected took its first
  // token.
  void NoteLoad(double ms);

  // 0: not known, or too long ago.
  double prefill_ms_per_token(int64_t now_ms) const {
    return now_ms - noted_ms_.load(kRelaxed) < kFadesInMs ? prefill_ms_.load(kRelaxed) : 0;
  }
  // Of its steps, compared to the reference.
  double slowness() const { return slowness_.load(kRelaxed); }
  double load_ms() const { return load_ms_.load(kRelaxed); }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;

  std::mutex mutex_;                      // of those who learn
  double work_tokens_ = 0, work_ms_ = 0;  // sums, in which older answers weigh less
  std::atomic<float> load_ms_{3'000};
  // At the end, beside what else every pick reads of a worker.
  alignas(kReadBytes) std::atomic<int64_t> noted_ms_{-kFadesInMs};
  std::atomic<float> prefill_ms_{0};
  std::atomic<float> slowness_{1};
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_WORKER_SPEED_H_
