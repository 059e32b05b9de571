#include "proxy/net/timer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "tests/unit/net/loop_util.h"

namespace banto::net {
namespace {

constexpr int64_t kHourMs = 3'600'000;

// Asserts only lower bounds and "never": how late a timer is depends on the load of the machine.
class TimerTest : public ::testing::Test {
 protected:
  // Microseconds from now until `timer` fires (its expiry must set fired_us_).
  int64_t Fired(int64_t since_us) {
    EXPECT_TRUE(RunUntil(&loop_, [this] { return fired_ > 0; }));
    return fired_us_ - since_us;
  }

  EventLoop loop_;
  int fired_ = 0;
  int64_t fired_us_ = 0;
  Timer timer_{&loop_, [this] {
                 ++fired_;
                 fired_us_ = EventLoop::NowUs();
               }};
};

TEST_F(TimerTest, FiresOnceAndNeverEarly) {
  const int64_t start_us = EventLoop::NowUs();
  timer_.Set(20);
  EXPECT_TRUE(timer_.armed());
  EXPECT_GE(Fired(start_us), 20'000);
  EXPECT_FALSE(timer_.armed());
  RunTurns(&loop_, 20);
  EXPECT_EQ(fired_, 1);
}

// Wherever within a millisecond it is set, and however often the loop wakes up meanwhile.
TEST_F(TimerTest, IsNotEvenAFractionOfAMillisecondEarly) {
  constexpr int64_t kMs = 3;
  int64_t since_us = 0, shortest_us = kHourMs * 1000;
  int count = 0;
  Timer often(&loop_, [&often] { often.Set(1); });
  often.Set(1);
  Timer measured(&loop_, [&] {
    shortest_us = std::min(shortest_us, loop_.CallbackUs() - since_us);
    if (++count == 100) return loop_.Stop();
    since_us = loop_.CallbackUs();
    measured.Set(kMs);
  });
  since_us = EventLoop::NowUs();
  measured.Set(kMs);
  loop_.Run();
  EXPECT_GE(shortest_us, kMs * 1000);
}

TEST_F(TimerTest, ZeroFiresInTheNextTurn) {
  timer_.Set(0);
  Fired(0);
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, LaterDeadlineReplacesTheEarlier) {
  const int64_t start_us = EventLoop::NowUs();
  timer_.Set(5);
  timer_.Set(60);
  EXPECT_GE(Fired(start_us), 59'000);
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, EarlierDeadlineReplacesTheLater) {
  timer_.Set(kHourMs);
  timer_.Set(5);
  Fired(0);
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, CancelledNeverFires) {
  timer_.Set(2);
  timer_.Cancel();
  EXPECT_FALSE(timer_.armed());
  bool later = false;
  Timer witness(&loop_, [&later] { later = true; });
  witness.Set(20);
  EXPECT_TRUE(RunUntil(&loop_, [&later] { return later; }));
  EXPECT_EQ(fired_, 0);
}

TEST_F(TimerTest, SetAfterCancelCounts) {
  timer_.Set(2);
  timer_.Cancel();
  const int64_t start_us = EventLoop::NowUs();
  timer_.Set(30);
  EXPECT_GE(Fired(start_us), 29'000);
  timer_.Set(kHourMs);
  timer_.Cancel();
  timer_.Set(1);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return fired_ == 2; }));
}

TEST_F(TimerTest, MaySetItselfAgain) {
  int count = 0;
  Timer* self = nullptr;
  Timer repeating(&loop_, [&] {
    if (++count < 3) self->Set(1);
  });
  self = &repeating;
  repeating.Set(1);
  EXPECT_TRUE(RunUntil(&loop_, [&count] { return count == 3; }));
}

TEST_F(TimerTest, DestroyedNeverFires) {
  auto doomed = std::make_unique<Timer>(&loop_, [this] { ++fired_; });
  doomed->Set(1);
  doomed.reset();
  RunTurns(&loop_, 20);
  EXPECT_EQ(fired_, 0);
}

TEST_F(TimerTest, ExpiryMayDestroyTheOwner) {
  struct Owner : Deferred {
    Owner(EventLoop* loop, std::unique_ptr<Deferred>* holder, bool* gone)
        : timer(loop, [loop, holder] { loop->DestroyLater(std::move(*holder)); }), gone_(gone) {
      timer.Set(1);
    }
    ~Owner() override { *gone_ = true; }
    Timer timer;
    bool* gone_;
  };
  bool gone = false;
  std::unique_ptr<Deferred> holder;
  holder = std::make_unique<Owner>(&loop_, &holder, &gone);
  EXPECT_TRUE(RunUntil(&loop_, [&gone] { return gone; }));
}

}  // namespace
}  // namespace banto::net
