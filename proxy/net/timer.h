// A one-shot timer on an EventLoop; destroying it cancels it. Made to be set and cancelled for
// every request and token: while it is in the loop's wheel, Cancel() or a later deadline is only
// noted, and the old deadline then refiles or drops it. Loop thread only.
#ifndef BANTO_PROXY_NET_TIMER_H_
#define BANTO_PROXY_NET_TIMER_H_

#include <cstdint>
#include <functional>

#include "proxy/net/event_loop.h"
#include "proxy/net/timer_wheel.h"

namespace banto::net {

class Timer final : private TimerNode {
 public:
  Timer(EventLoop* loop, std::function<void()> on_expiry)
      : loop_(loop), on_expiry_(std::move(on_expiry)) {}

  // Expires `ms` milliseconds from the beginning of this turn (0: in the next turn), never earlier
  // and up to one later, because the loop rounds its milliseconds down. Replaces an earlier
  // deadline.
  void Set(int64_t ms) {
    deadline_ms_ = loop_->NowMs() + (ms > 0 ? ms + 1 : 0);
    if (!filed() || at_ms() > deadline_ms_) loop_->File(this, deadline_ms_);
  }
  void Cancel() { deadline_ms_ = kNever; }
  bool armed() const { return deadline_ms_ != kNever; }

 private:
  friend class EventLoop;
  static constexpr int64_t kNever = -1;
  void OnDue();

  EventLoop* loop_;
  int64_t deadline_ms_ = kNever;  // what the owner wants
  std::function<void()> on_expiry_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_TIMER_H_
