// A loop whose sockets always have something to tell: turns must end all the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>

#include "proxy/net/event_loop.h"
#include "tests/unit/net/watched_eventfd.h"

namespace banto::net {
namespace {

// Many times what the loop handles before it asks libevent.
constexpr int kEvents = 2'000;

struct BusyLoop : testing::Test {
  BusyLoop() {
    for (auto& one : sockets) {
      one.Signal();
      one.on_events = [this] { OnEvent(); };
      // Nobody reads it, so it is told at every look.
      EXPECT_EQ(loop.poller()->Add(one.fd, EPOLLIN, &one), 0);
    }
  }
  // Gives up after ten times kEvents, so that a loop that cannot be left fails instead of hanging.
  void OnEvent() {
    if (++events == kEvents) loop.Stop();
    if (on_event) on_event();
    if (events < 10 * kEvents) return;
    for (auto& one : sockets) loop.poller()->Remove(one.fd, &one);
  }

  EventLoop loop;
  std::array<WatchedEventfd, 2> sockets;
  int events = 0;
  std::function<void()> on_event;
};

TEST_F(BusyLoop, StopsWhenItIsTold) {
  loop.Run();
  EXPECT_LT(events, kEvents + 10);
}

TEST_F(BusyLoop, DestroysWhatATurnHasLeft) {
  struct Counted : Deferred {
    explicit Counted(int* count) : alive(count) { ++*alive; }
    ~Counted() override { --*alive; }
    int* const alive;
  };
  int alive = 0, alive_max = 0;
  on_event = [&] {
    loop.DestroyLater(std::make_unique<Counted>(&alive));
    alive_max = std::max(alive_max, alive);
  };
  loop.Run();
  EXPECT_LE(alive_max, 4);  // both sockets' in one turn, and in libevent's look
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace banto::net
