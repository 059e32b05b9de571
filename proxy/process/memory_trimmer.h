// Gives freed memory back to the system once the traffic that needed it is over, and not before:
// malloc keeps what thousands of streams and long prompts have freed, and on a box that it shares
// with a model server that is the model's memory. Asked once a second; acts once after each busy
// time, because malloc's locks are held for some milliseconds: first the threads let go of their
// spares, then malloc does. Control plane's thread only.
#ifndef BANTO_PROXY_PROCESS_MEMORY_TRIMMER_H_
#define BANTO_PROXY_PROCESS_MEMORY_TRIMMER_H_

#include <cstdint>

namespace banto {

class MemoryTrimmer {
 public:
  enum class Do : uint8_t { kNothing, kDropSpares, kTrim };

  // Once, before there are other threads. malloc's own rule gives back each 128 KiB that are free
  // at an arena's end: with 64 KiB prompts the same pages went and came, 0 to 2.3 page faults a
  // request as the blocks happened to lie.
  static void KeepUntilQuiet();

  // `exchanges`: how many have ended since the start.
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
  // What Do::kTrim asks for.
  static void Trim();

 private:
  static constexpr uint64_t kBusyPerTick = 20;
  static constexpr int kQuietTicks = 4;  // idle connections to workers are closed by then
  uint64_t seen_ = 0;
  int quiet_ticks_ = 0;
  bool due_ = false;  // there was traffic since the last time
};

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_MEMORY_TRIMMER_H_
