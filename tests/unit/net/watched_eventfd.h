// A descriptor that a test makes readable, and what its loop reported about it.
#ifndef BANTO_TESTS_UNIT_NET_WATCHED_EVENTFD_H_
#define BANTO_TESTS_UNIT_NET_WATCHED_EVENTFD_H_

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <functional>

#include "proxy/net/event_loop.h"
#include "proxy/net/watcher.h"

namespace banto::net {

// An eventfd becomes readable when it is written to.
struct WatchedEventfd final : Watcher {
  explicit WatchedEventfd(EventLoop* loop)
      : Watcher(loop->base()), fd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~WatchedEventfd() {
    Unwatch();
    close(fd);
  }
  // Reported for as long as it is readable, or once each time it becomes readable.
  int WatchLevel() { return Watch(fd, EV_READ); }
  int WatchEdge() { return Watch(fd, EV_READ | EV_ET); }
  void OnEvents(short what) override {
    ++told;
    events = what;
    if (on_events) on_events();
  }
  void OnAgain() override {
    ++again;
    if (on_again) on_again();
  }
  void Signal() const {
    const uint64_t one = 1;
    EXPECT_EQ(write(fd, &one, sizeof(one)), static_cast<ssize_t>(sizeof(one)));
  }

  const int fd;
  int told = 0, again = 0;
  short events = 0;
  std::function<void()> on_events, on_again;
};

}  // namespace banto::net

#endif  // BANTO_TESTS_UNIT_NET_WATCHED_EVENTFD_H_
