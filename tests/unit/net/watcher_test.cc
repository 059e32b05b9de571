#include "proxy/net/watcher.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <vector>

#include "tests/unit/net/loop_util.h"
#include "tests/unit/net/watched_eventfd.h"

namespace banto::net {
namespace {

// Polls without sleeping: finding nothing is also a result.
struct WatcherTest : testing::Test {
  void Poll() {
    loop.base()->DispatchAgain();
    loop.base()->Poll();
  }

  EventLoop loop;
  WatchedEventfd watched{&loop};
};

TEST_F(WatcherTest, EdgeIsReportedOnce) {
  ASSERT_EQ(watched.WatchEdge(), 0);
  Poll();
  EXPECT_EQ(watched.told, 0);
  watched.Signal();
  Poll();
  EXPECT_EQ(watched.told, 1);
  EXPECT_NE(watched.events & EV_READ, 0);
  Poll();
  EXPECT_EQ(watched.told, 1);
  watched.Signal();
  Poll();
  EXPECT_EQ(watched.told, 2);
}

TEST_F(WatcherTest, LevelIsReportedWhileItLasts) {
  ASSERT_EQ(watched.WatchLevel(), 0);
  watched.Signal();
  Poll();
  Poll();
  EXPECT_EQ(watched.told, 2);
  watched.Unwatch();
  Poll();
  EXPECT_EQ(watched.told, 2);
}

TEST_F(WatcherTest, WatchReplacesThePreviousWatch) {
  ASSERT_EQ(watched.WatchLevel(), 0);
  ASSERT_EQ(watched.WatchEdge(), 0);
  watched.Signal();
  Poll();
  Poll();
  EXPECT_EQ(watched.told, 1);
}

// epoll refuses what libevent accepts: an invalid descriptor, and that of a file.
TEST_F(WatcherTest, RefusalIsReported) {
  struct Nobody final : Watcher {
    using Watcher::Watcher;
    void OnEvents(short /*what*/) override { ADD_FAILURE(); }
  } nobody(loop.base());
  EXPECT_EQ(nobody.Watch(-1, EV_READ), EBADF);
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(nobody.Watch(file, EV_READ), EPERM);
  EXPECT_FALSE(nobody.watched());
  close(file);
}

TEST_F(WatcherTest, WatcherDestroyedInTheSameTurnIsNotCalled) {
  std::optional<WatchedEventfd> a(&loop), b(&loop);
  ASSERT_EQ(a->WatchEdge(), 0);
  ASSERT_EQ(b->WatchEdge(), 0);
  int told = 0;
  a->on_events = [&] {
    ++told;
    b.reset();
  };
  b->on_events = [&] {
    ++told;
    a.reset();
  };
  a->Signal();
  b->Signal();
  Poll();
  EXPECT_EQ(told, 1);
}

TEST_F(WatcherTest, OnAgainRunsOnceAndInTheNextTurn) {
  watched.CallAgain();
  watched.CallAgain();
  watched.on_again = [&] { watched.CallAgain(); };
  EXPECT_TRUE(loop.base()->DispatchAgain());
  EXPECT_EQ(watched.again, 1);
  watched.on_again = nullptr;
  EXPECT_TRUE(loop.base()->DispatchAgain());
  EXPECT_EQ(watched.again, 2);
  EXPECT_FALSE(loop.base()->DispatchAgain());
}

TEST_F(WatcherTest, DestroyedWatcherIsNotCalledAgain) {
  std::optional<WatchedEventfd> second(&loop), third(&loop);
  watched.CallAgain();
  second->CallAgain();
  third->CallAgain();
  second->on_again = third->on_again = [] { ADD_FAILURE(); };
  third.reset();
  watched.on_again = [&] { second.reset(); };
  Poll();
  EXPECT_EQ(watched.again, 1);
}

TEST_F(WatcherTest, AfterEvery64thWatcherOthersGetTheirShare) {
  std::vector<int> told_at_share;
  std::vector<std::unique_ptr<WatchedEventfd>> many;
  int told = 0;
  struct Counting final : TurnEnd {
    void OnTurnEnd() override { at->push_back(*told); }
    std::vector<int>* at;
    const int* told;
  } turn_end;
  turn_end.at = &told_at_share;
  turn_end.told = &told;
  for (int i = 0; i < 150; ++i) {
    many.push_back(std::make_unique<WatchedEventfd>(&loop));
    many.back()->on_events = [&] {
      ++told;
      loop.AtTurnEnd(&turn_end);
      if (told == 150) loop.Stop();
    };
    ASSERT_EQ(many.back()->WatchEdge(), 0);
    many.back()->Signal();
  }
  loop.Run();
  EXPECT_EQ(told, 150);
  ASSERT_GE(told_at_share.size(), 3u);
  for (size_t i = 0, before = 0; i < told_at_share.size(); ++i) {
    const auto now = static_cast<size_t>(told_at_share[i]);
    EXPECT_LE(now - before, 64u);
    before = now;
  }
}

TEST_F(WatcherTest, The64thWatcherMayBeDestroyedInTheShare) {
  struct Held final : Deferred {
    explicit Held(EventLoop* loop) : watched(loop) {}
    WatchedEventfd watched;
  };
  std::vector<std::unique_ptr<Held>> many;
  int told = 0;
  for (size_t i = 0; i < 130; ++i) {
    many.push_back(std::make_unique<Held>(&loop));
    many.back()->watched.on_events = [&, i] {
      loop.DestroyLater(std::move(many[i]));
      if (++told == 130) loop.Stop();
    };
    ASSERT_EQ(many.back()->watched.WatchLevel(), 0);
    many.back()->watched.Signal();
  }
  loop.Run();
  EXPECT_EQ(told, 130);
}

}  // namespace
}  // namespace banto::net
