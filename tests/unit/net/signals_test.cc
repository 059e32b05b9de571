// A loop that hears signals sleeps, wakes up and rings like any other.
#include "proxy/net/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "proxy/net/event_loop.h"
#include "proxy/net/timer.h"

namespace banto::net {
namespace {

TEST(Signals, OneEndsTheSleep) {
  EventLoop loop;
  int heard = 0;
  loop.HearSignal(SIGUSR2, [&](int number) {
    heard = number;
    loop.Stop();
  });
  std::thread sender([] { kill(getpid(), SIGUSR2); });
  loop.Run();
  sender.join();
  EXPECT_EQ(heard, SIGUSR2);
}

TEST(Signals, OneThatCameBeforeTheSleepIsHeard) {
  EventLoop loop;
  int heard = 0;
  for (const int number : {SIGUSR1, SIGUSR2}) {
    loop.HearSignal(number, [&](int) {
      if (++heard == 2) loop.Stop();
    });
  }
  raise(SIGUSR1);
  raise(SIGUSR2);
  loop.Run();
  EXPECT_EQ(heard, 2);
}

TEST(Signals, LoopThatHearsSignalsRingsTimersAndRunsTasks) {
  EventLoop loop;
  loop.HearSignal(SIGUSR2, [](int) {});
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

}  // namespace
}  // namespace banto::net
