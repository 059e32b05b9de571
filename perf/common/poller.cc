#include "perf/common/poller.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace banto::perf {

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

Poller::~Poller() { close(epoll_); }

void Poller::Watch(int fd, uint32_t events, Handler* handler) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = handler;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void Poller::Change(int fd, uint32_t events, Handler* handler) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = handler;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Poller::Forget(int fd, Handler* handler) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  forgotten_.push_back(handler);
}

Poller::TimerId Poller::At(Clock::time_point when, std::function<void()> what) {
  return timers_.emplace(when, std::move(what));
}

void Poller::Cancel(TimerId timer) { timers_.erase(timer); }

void Poller::Run() {
  while (!stopped_) Turn();
}

void Poller::Turn() {
  std::array<epoll_event, 512> events;
  timespec wait{1, 0};
  if (!timers_.empty()) {
    const auto left = std::max(timers_.begin()->first - Clock::now(), Clock::duration::zero());
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    if (ns < 1'000'000'000) wait = {0, static_cast<long>(ns)};
  }
  const int count =
      epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
  now_ = Clock::now();
  forgotten_.clear();
  for (int i = 0; i < count && !stopped_; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    auto* handler = static_cast<Handler*>(event.data.ptr);
    // A handler may have been removed by an earlier event of this turn.
    if (std::find(forgotten_.begin(), forgotten_.end(), handler) != forgotten_.end()) continue;
    handler->OnReady(event.events);
  }
  RunTimers();
}

void Poller::RunTimers() {
  while (!stopped_ && !timers_.empty() && timers_.begin()->first <= now_) {
    const auto what = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    what();
  }
}

}  // namespace banto::perf
