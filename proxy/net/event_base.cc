#include "proxy/net/event_base.h"

#include <event2/event.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace banto::net {
namespace {

// libevent also returns what it warns about, and loops do not write to stderr. After an error it
// exits the process (at start-up, when it has no descriptor for signals).
void OnMessage(int severity, const char* message) {
  if (severity >= EVENT_LOG_ERR) std::fprintf(stderr, "banto: libevent: %s\n", message);
}

// No locks (one thread), no cached time (libevent's timers are unused), no environment variables.
// No changelist either: a descriptor that the kernel refuses must be reported at once.
event_base* NewBase() {
  static std::once_flag once;
  std::call_once(once, [] { event_set_log_callback(OnMessage); });
  event_config* config = event_config_new();
  event_config_set_flag(
      config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_NO_CACHE_TIME | EVENT_BASE_FLAG_IGNORE_ENV);
  event_config_require_features(config, EV_FEATURE_ET | EV_FEATURE_EARLY_CLOSE);
  event_base* base = event_base_new_with_config(config);
  event_config_free(config);
  if (base == nullptr) {
    throw std::runtime_error(
        "cannot create an event loop: libevent has no epoll here, or out of "
        "descriptors");
  }
  return base;
}

}  // namespace

struct EventBase::Signal {
  static void OnSignal(int number, short /*what*/, void* signal) {
    static_cast<Signal*>(signal)->on_signal(number);
  }
  ~Signal() { event_del(&watched); }

  event watched;
  EventBase::OnSignal on_signal;
};

// A timerfd of our own: for libevent's timers it would read the clock twice a turn.
EventBase::Alarm::Alarm(EventBase* base)
    : Watcher(base), fd(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  // Edge-triggered, so it need not be read.
  if (Watch(fd, EV_READ | EV_ET) != 0) {
    throw std::runtime_error("cannot create an event loop: out of descriptors or memory");
  }
}

EventBase::Alarm::~Alarm() {
  Unwatch();
  close(fd);
}

EventBase::EventBase(std::function<void()> on_share)
    : base_(NewBase()), on_share_(std::move(on_share)), alarm_(this) {}

EventBase::~EventBase() {
  signals_.clear();
  alarm_.Unwatch();
}

void EventBase::Free::operator()(event_base* base) const { event_base_free(base); }

void EventBase::Poll() {
  dispatched_ = 0;
  event_base_loop(base_.get(), EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

void EventBase::Sleep() {
  dispatched_ = 0;
  event_base_loop(base_.get(), EVLOOP_ONCE);
}

void EventBase::SleepUntil(int64_t at_ms) {
  if (at_ms >= alarm_.at_ms) return;
  alarm_.at_ms = at_ms;
  const int64_t moment_ms = std::max<int64_t>(at_ms, 1);  // 0 would disarm it
  const itimerspec when{
      .it_interval = {},
      .it_value = {.tv_sec = moment_ms / 1000, .tv_nsec = moment_ms % 1000 * 1'000'000}};
  timerfd_settime(alarm_.fd, TFD_TIMER_ABSTIME, &when, nullptr);
}

bool EventBase::DispatchAgain() {
  if (again_.empty()) return false;
  dispatching_.swap(again_);
  // By index: OnAgain() may make us forget other watchers.
  for (size_t i = 0; i < dispatching_.size(); ++i) {
    Watcher* const watcher = dispatching_[i];
    if (watcher == nullptr) continue;
    watcher->again_ = false;
    watcher->OnAgain();
  }
  dispatching_.clear();
  return true;
}

void EventBase::Forget(const Watcher* watcher) {
  Watcher* const nobody = nullptr;
  std::replace(again_.begin(), again_.end(), const_cast<Watcher*>(watcher), nobody);
  std::replace(dispatching_.begin(), dispatching_.end(), const_cast<Watcher*>(watcher), nobody);
}

void EventBase::HandleSignal(int number, OnSignal on_signal) {
  auto signal = std::make_unique<Signal>();
  signal->on_signal = std::move(on_signal);
  evsignal_assign(&signal->watched, base_.get(), number, Signal::OnSignal, signal.get());
  evsignal_add(&signal->watched, nullptr);
  signals_.push_back(std::move(signal));
}

}  // namespace banto::net
