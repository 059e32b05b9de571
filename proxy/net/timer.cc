#include "proxy/net/timer.h"

#include <algorithm>
#include <utility>

namespace banto::net {

Timer::Timer(EventLoop* loop, std::function<void()> on_expiry)
    : loop_(loop), on_expiry_(std::move(on_expiry)) {
  evtimer_assign(&event_, loop->base(), OnEvent, this);
}

Timer::~Timer() { event_del(&event_); }

void Timer::Set(int64_t ms) {
  ms = std::max<int64_t>(ms, 0);
  deadline_ms_ = loop_->NowMs() + ms;
  if (fires_ms_ == kNever || fires_ms_ > deadline_ms_) Arm(ms);
}

void Timer::Arm(int64_t ms) {
  fires_ms_ = loop_->NowMs() + ms;
  timeval wait;
  wait.tv_sec = static_cast<time_t>(ms / 1000);
  wait.tv_usec = static_cast<suseconds_t>(ms % 1000 * 1000);
  event_add(&event_, &wait);
}

void Timer::OnEvent(int /*fd*/, short /*what*/, void* self) {
  auto* timer = static_cast<Timer*>(self);
  timer->fires_ms_ = kNever;
  if (timer->deadline_ms_ == kNever) return;
  // Early: the deadline was moved on, or libevent's coarse clock is a tick behind ours.
  const int64_t left_ms = timer->deadline_ms_ - timer->loop_->NowMs();
  if (left_ms > 0) {
    timer->Arm(left_ms);
    return;
  }
  timer->deadline_ms_ = kNever;
  timer->on_expiry_();  // may have destroyed `timer`: nothing comes after this
}

}  // namespace banto::net
