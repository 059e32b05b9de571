// A loop whose sockets are always ready: turns must end all the same.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>

#include "proxy/net/event_loop.h"
#include "tests/unit/net/watched_eventfd.h"

namespace banto::net {
namespace {

// Many times what the loop handles between checks for signals.
constexpr int kEvents = 2'000;

// With and without signals to handle.
struct BusyLoop : testing::TestWithParam<bool> {
  BusyLoop() {
    if (GetParam()) loop.HandleSignal(SIGUSR2, [this](int) { ++signals; });
    for (auto& one : sockets) {
      one.Signal();
      one.on_events = [this] { OnEvent(); };
      // It is never read, so it is reported on every poll.
      EXPECT_EQ(one.WatchLevel(), 0);
    }
  }
  // Gives up after ten times kEvents, so that an endless turn fails instead of hanging.
  void OnEvent() {
    if (++events == kEvents) loop.Stop();
    if (on_event) on_event();
    if (events < 10 * kEvents) return;
    for (auto& one : sockets) one.Unwatch();
  }

  EventLoop loop;
  std::array<WatchedEventfd, 2> sockets{WatchedEventfd(&loop), WatchedEventfd(&loop)};
  int events = 0, signals = 0;
  std::function<void()> on_event;
};

INSTANTIATE_TEST_SUITE_P(HearsSignals, BusyLoop, testing::Bool());

TEST_P(BusyLoop, StopsOnRequest) {
  loop.Run();
  EXPECT_LT(events, kEvents + 10);
}

TEST_P(BusyLoop, DestroysDeferredObjectsOfATurn) {
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
  EXPECT_LE(alive_max, 4);  // two per turn, one of each socket
  EXPECT_EQ(alive, 0);
}

struct BusyLoopWithSignals : BusyLoop {};
INSTANTIATE_TEST_SUITE_P(HearsSignals, BusyLoopWithSignals, testing::Values(true));

TEST_P(BusyLoopWithSignals, HandlesThemMeanwhile) {
  on_event = [&] {
    if (events == 1) raise(SIGUSR2);
    if (signals > 0) loop.Stop();
  };
  loop.Run();
  EXPECT_EQ(signals, 1);
  EXPECT_LT(events, 200);
}

}  // namespace
}  // namespace banto::net
