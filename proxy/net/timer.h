// A one-shot timer on an EventLoop. Destroying it cancels it. Meant to be set and cancelled for
// every request: while libevent's own timer is pending, a later deadline or a Cancel() only notes
// the fact (no heap operation); the early wake-up then re-arms or does nothing. Loop thread only.
#ifndef BANTO_PROXY_NET_TIMER_H_
#define BANTO_PROXY_NET_TIMER_H_

#include <event2/event.h>
#include <event2/event_struct.h>

#include <cstdint>
#include <functional>

#include "proxy/net/event_loop.h"

namespace banto::net {

class Timer {
 public:
  Timer(EventLoop* loop, std::function<void()> on_expiry);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Expires `ms` milliseconds from now (0: in the next turn). Replaces an earlier deadline.
  void Set(int64_t ms);
  void Cancel() { deadline_ms_ = kNever; }
  bool armed() const { return deadline_ms_ != kNever; }

 private:
  static constexpr int64_t kNever = -1;
  static void OnEvent(int fd, short what, void* self);
  void Arm(int64_t ms);

  EventLoop* loop_;
  std::function<void()> on_expiry_;
  int64_t deadline_ms_ = kNever;  // what the owner wants
  int64_t fires_ms_ = kNever;     // when libevent wakes us
  event event_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_TIMER_H_
