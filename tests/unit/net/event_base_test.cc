#include "proxy/net/event_base.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

#include "proxy/net/event_loop.h"
#include "proxy/net/timer.h"

namespace banto::net {
namespace {

TEST(EventBase, SignalEndsTheSleep) {
  EventLoop loop;
  int heard = 0;
  loop.HandleSignal(SIGUSR2, [&](int number) {
    heard = number;
    loop.Stop();
  });
  std::thread sender([] { kill(getpid(), SIGUSR2); });
  loop.Run();
  sender.join();
  EXPECT_EQ(heard, SIGUSR2);
}

TEST(EventBase, SignalBeforeTheSleepIsHandled) {
  EventLoop loop;
  int heard = 0;
  for (const int number : {SIGUSR1, SIGUSR2}) {
    loop.HandleSignal(number, [&](int) {
      if (++heard == 2) loop.Stop();
    });
  }
  raise(SIGUSR1);
  raise(SIGUSR2);
  loop.Run();
  EXPECT_EQ(heard, 2);
}

TEST(EventBase, LoopWithSignalsRunsTimersAndTasks) {
  EventLoop loop;
  loop.HandleSignal(SIGUSR2, [](int) {});
  bool posted = false, told = false;
  loop.Post([&] { posted = true; });
  Timer timer(&loop, [&] {
    told = true;
    loop.Stop();
  });
  timer.Set(20);
  loop.Run();
  EXPECT_TRUE(posted && told);
}

TEST(EventBase, EarliestDeadlineEndsTheSleep) {
  EventBase base([] {});
  const int64_t start_ms = EventLoop::NowUs() / 1000;
  base.SleepUntil(start_ms + 60'000);
  base.SleepUntil(start_ms + 20);
  base.SleepUntil(start_ms + 40'000);
  base.Sleep();
  EXPECT_GE(EventLoop::NowUs() / 1000, start_ms + 20);
  EXPECT_LT(EventLoop::NowUs() / 1000, start_ms + 20'000);
}

TEST(EventBase, PastDeadlineEndsTheSleepAtOnce) {
  EventBase base([] {});
  for (const int64_t at_ms : {int64_t{-5}, int64_t{0}, int64_t{1}}) {
    base.SleepUntil(at_ms);
    base.Sleep();
  }
}

// Whatever libevent's environment variables say.
TEST(EventBase, UsesEpollOnly) {
  setenv("EVENT_NOEPOLL", "1", 1);
  EXPECT_NO_THROW(EventBase([] {}));
  unsetenv("EVENT_NOEPOLL");
}

TEST(EventBase, WithoutDescriptorsItSaysSo) {
  rlimit old{};
  getrlimit(RLIMIT_NOFILE, &old);
  rlimit none = old;
  none.rlim_cur = 0;
  setrlimit(RLIMIT_NOFILE, &none);
  EXPECT_THROW(EventBase([] {}), std::runtime_error);
  setrlimit(RLIMIT_NOFILE, &old);
}

}  // namespace
}  // namespace banto::net
