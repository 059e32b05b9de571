// Runs an EventLoop in a test until a condition holds, with a deadline instead of sleeps.
#ifndef BANTO_TESTS_UNIT_NET_LOOP_UTIL_H_
#define BANTO_TESTS_UNIT_NET_LOOP_UTIL_H_

#include <cstdint>
#include <functional>

#include "proxy/net/event_loop.h"
#include "proxy/net/timer.h"

namespace banto::net {

// Runs turns until `done` returns true; false if that took too long.
inline bool RunUntil(EventLoop* loop, const std::function<bool()>& done,
                     int64_t limit_ms = 20'000) {
  const int64_t limit_us = EventLoop::NowUs() + limit_ms * 1000;
  bool reached = false;
  Timer* again = nullptr;
  Timer check(loop, [&] {
    reached = done();
    if (reached || EventLoop::NowUs() > limit_us) return loop->Stop();
    again->Set(1);
  });
  again = &check;
  check.Set(0);
  loop->Run();
  return reached;
}

// Runs at least `count` turns: whatever has not happened by then was not in progress in this
// process.
inline void RunTurns(EventLoop* loop, int count) {
  RunUntil(loop, [&count] { return --count < 0; });
}

// Whether nothing keeps the loop awake: a sleep lasts until the requested time.
inline bool SleepsThrough(EventLoop* loop) {
  constexpr int64_t kSleepMs = 30;
  for (int tries = 0; tries < 10; ++tries) {  // a few events are handled first
    const int64_t until_ms = EventLoop::NowUs() / 1000 + kSleepMs;
    loop->base()->SleepUntil(until_ms);
    loop->base()->Sleep();
    if (EventLoop::NowUs() / 1000 >= until_ms) return true;
  }
  return false;
}

}  // namespace banto::net

#endif  // BANTO_TESTS_UNIT_NET_LOOP_UTIL_H_
