#include "proxy/net/signals.h"

#include <event2/event.h>

#include <stdexcept>
#include <utility>

namespace banto::net {
namespace {

// Only ends the sleep.
void OnWakeUp(int /*fd*/, short /*what*/, void* /*nothing*/) {}

// poll(2) is told of the poller when it sleeps; an epoll set around the poller's would be told by
// every event of every socket, also in between. No locks: one thread uses it.
event_base* NewBase() {
  event_config* config = event_config_new();
  event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
  event_config_avoid_method(config, "epoll");
  event_config_avoid_method(config, "select");
  event_base* base = event_base_new_with_config(config);
  event_config_free(config);
  if (base == nullptr) throw std::runtime_error("cannot hear signals: out of descriptors");
  return base;
}

}  // namespace

Signals::Signals(int poller_fd)
    : base_(NewBase()),
      poller_readable_(event_new(base_, poller_fd, EV_READ | EV_PERSIST, OnWakeUp, nullptr)),
      wait_over_(evtimer_new(base_, OnWakeUp, nullptr)) {
  event_add(poller_readable_, nullptr);
}

Signals::~Signals() {
  for (const auto& watch : watches_) event_free(watch->watched);
  event_free(wait_over_);
  event_free(poller_readable_);
  event_base_free(base_);
}

void Signals::Hear(int number, Heard heard) {
  auto watch = std::make_unique<Watch>();
  watch->heard = std::move(heard);
  watch->watched = evsignal_new(base_, number, OnSignal, watch.get());
  event_add(watch->watched, nullptr);
  watches_.push_back(std::move(watch));
}

void Signals::OnSignal(int number, short /*what*/, void* watch) {
  static_cast<Watch*>(watch)->heard(number);
}

// ONCE beside NONBLOCK: NONBLOCK alone goes on for as long as there is something, and then no turn
// of the loop ends.
void Signals::Sleep(int wait_ms) {
  if (wait_ms > 0) {
    const timeval wait{.tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000};
    event_add(wait_over_, &wait);
  } else {
    event_del(wait_over_);
  }
  event_base_loop(base_, EVLOOP_ONCE | (wait_ms == 0 ? EVLOOP_NONBLOCK : 0));
}

}  // namespace banto::net
