// Wall-clock milliseconds for ages and expiry times. Any thread.
#ifndef BANTO_CACHE_WALL_CLOCK_H_
#define BANTO_CACHE_WALL_CLOCK_H_

#include <time.h>

#include <cstdint>

namespace banto::cache {

// The coarse clock: its 4 ms resolution is enough for a TTL, and it is cheaper to read.
inline int64_t WallMs() {
  timespec now;
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace banto::cache

#endif  // BANTO_CACHE_WALL_CLOCK_H_
