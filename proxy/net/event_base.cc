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

// What libevent warns of, it also returns, and no loop writes to stderr. After an error it ends the
// process (at the start, when it finds no descriptor for signals).
void OnMessage(int severity, const char* message) {
  if (severity >= EVENT_LOG_ERR) std::fprintf(stderr, "banto: libevent: %s\n", message);
}

// Without locks (one thread uses it), a cached time (its timers are not used) and its environment
// variables. Not with a list of changes: a descriptor that the kernel refuses must be known at
// once.
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
    static_cast<Signal*>(signal)->heard(number);
  }
  ~Signal() { event_del(&watched); }

  event watched;
  Heard heard;
};

// Of our own and not one of libevent's timers: those are asked for the time twice a turn.
EventBase::Alarm::Alarm(EventBase* base)
    : Watcher(base), fd(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  // Edge-triggered: it never has to be read back.
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

void EventBase::Look() {
  told_ = 0;
  event_base_loop(base_.get(), EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

void EventBase::Sleep() {
  told_ = 0;
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

bool EventBase::TellAgain() {
  if (again_.empty()) return false;
  telling_.swap(again_);
  // By index: a watcher may forget others.
  for (size_t i = 0; i < telling_.size(); ++i) {
    Watcher* const watcher = telling_[i];
    if (watcher == nullptr) continue;
    watcher->again_ = false;
    watcher->OnAgain();
  }
  telling_.clear();
  return true;
}

void EventBase::Forget(const Watcher* watcher) {
  Watcher* const nobody = nullptr;
  std::replace(again_.begin(), again_.end(), const_cast<Watcher*>(watcher), nobody);
  std::replace(telling_.begin(), telling_.end(), const_cast<Watcher*>(watcher), nobody);
}

void EventBase::HearSignal(int number, Heard heard) {
  auto signal = std::make_unique<Signal>();
  signal->heard = std::move(heard);
  evsignal_assign(&signal->watched, base_.get(), number, Signal::OnSignal, signal.get());
  evsignal_add(&signal->watched, nullptr);
  signals_.push_back(std::move(signal));
}

}  // namespace banto::net
