// Returns freed memory to the system once the traffic that needed it is over, not earlier. malloc
// keeps what thousands of streams and long prompts have freed; on a machine shared with a model
// server that memory belongs to the model. Called once a second; acts once after each busy period,
// because it holds malloc's locks for some milliseconds: first the threads drop their spares, then
// malloc trims. Control plane's thread only.
#ifndef BANTO_PROXY_PROCESS_MEMORY_TRIMMER_H_
#define BANTO_PROXY_PROCESS_MEMORY_TRIMMER_H_

#include <cstdint>

namespace banto {

class MemoryTrimmer {
 public:
  enum class Do : uint8_t { kNothing, kDropSpares, kTrim };

  // Call once, before there are other threads. By default malloc returns every 128 KiB that are
  // free at the end of an arena, so with 64 KiB prompts the same pages came and went (measured:
  // perf/README.md).
  static void KeepUntilQuiet();

  // `exchanges`: the number finished since the start.
  Do OnTick(uint64_t exchanges) {
    const bool busy = exchanges - seen_ >= kBusyPerTick;
    seen_ = exchanges;
    quiet_ticks_ = busy ? 0 : quiet_ticks_ + 1;
    if (busy) due_ = true;
    if (!due_ || quiet_ticks_ < kQuietTicks) return Do::kNothing;
    if (quiet_ticks_ == kQuietTicks) return Do::kDropSpares;
    due_ = false;
    return Do::kTrim;
  }
  // Carries out Do::kTrim.
  static void Trim();

 private:
  static constexpr uint64_t kBusyPerTick = 20;
  static constexpr int kQuietTicks = 4;  // until then idle connections to workers are closed
  uint64_t seen_ = 0;
  int quiet_ticks_ = 0;
  bool due_ = false;  // there was traffic since the last trim
};

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_MEMORY_TRIMMER_H_
