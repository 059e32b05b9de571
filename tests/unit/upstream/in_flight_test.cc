#include "proxy/upstream/in_flight.h"

#include <gtest/gtest.h>

#include "proxy/upstream/worker_registry.h"
#include "tests/unit/upstream/fleet.h"

namespace banto::upstream {
namespace {

TEST(InFlight, CountsWhileItLives) {
  const WorkerPtr w = MakeWorker({"a"});
  {
    const InFlight slot = TakeWith(w, 70, nullptr);
    EXPECT_EQ(w->state->in_flight(), 1);
    EXPECT_EQ(w->state->awaited_tokens(), 70);
  }
  EXPECT_EQ(w->state->in_flight(), 0);
  EXPECT_EQ(w->state->awaited_tokens(), 0);
}

TEST(InFlight, IsEmptyWhenTheWorkerIsFull) {
  const WorkerPtr w = MakeWorker({"a", 1, 2});
  const InFlight one = InFlight::TryTake(w, nullptr), two = InFlight::TryTake(w, nullptr);
  EXPECT_TRUE(one && two);
  EXPECT_FALSE(InFlight::TryTake(w, nullptr));
  EXPECT_EQ(w->state->in_flight(), 2);
}

TEST(InFlight, ZeroMeansNoLimit) {
  const WorkerPtr w = MakeWorker({"a"});
  std::vector<InFlight> held;
  for (int i = 0; i < 1000; ++i) held.push_back(InFlight::TryTake(w, nullptr));
  EXPECT_EQ(w->state->in_flight(), 1000);
}

TEST(InFlight, MovesWithoutCountingTwice) {
  const WorkerPtr w = MakeWorker({"a"}), v = MakeWorker({"b"});
  InFlight one = TakeWith(w, 5, nullptr);
  InFlight two(std::move(one));
  EXPECT_FALSE(one);  // NOLINT(bugprone-use-after-move): a moved-from guard must be empty
  InFlight three = TakeWith(v, 9, nullptr);
  three = std::move(two);
  EXPECT_EQ(v->state->in_flight(), 0);
  EXPECT_EQ(v->state->awaited_tokens(), 0);
  EXPECT_EQ(w->state->in_flight(), 1);
  EXPECT_EQ(w->state->awaited_tokens(), 5);
}

TEST(InFlight, ReleasingTwiceIsReleasingOnce) {
  const WorkerPtr w = MakeWorker({"a"});
  const InFlight other = TakeWith(w, 1, nullptr);
  InFlight slot = TakeWith(w, 5, nullptr);
  slot.ReleasePrompt();
  slot.ReleasePrompt();
  EXPECT_EQ(w->state->awaited_tokens(), 1);
  slot.Release();
  slot.Release();
  EXPECT_EQ(w->state->in_flight(), 1);
}

TEST(InFlight, ThreadsNeverExceedTheLimitTogether) {
  const WorkerPtr w = MakeWorker({"a", 1, 3});
  std::atomic<int> over{0}, taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        const InFlight slot = TakeWith(w, 1, nullptr);
        if (slot) ++taken;
        if (w->state->in_flight() > 3) ++over;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(over, 0);
  EXPECT_GT(taken, 0);
  EXPECT_EQ(w->state->in_flight(), 0);
  EXPECT_EQ(w->state->awaited_tokens(), 0);
}

TEST(WorkerRegistry, FindsAStateAgainByName) {
  WorkerRegistry registry;
  EXPECT_EQ(registry.Get("gpu1"), registry.Get("gpu1"));
  EXPECT_NE(registry.Get("gpu1"), registry.Get("gpu2"));
}

TEST(WorkerRegistry, ARetiredWorkerCountsDownToZero) {
  WorkerRegistry registry;
  registry.Get("gpu2");
  std::weak_ptr<WorkerState> state = registry.Get("gpu1");
  InFlight slot = InFlight::TryTake(MakeWorker({"gpu1"}, state.lock()), nullptr);
  EXPECT_EQ(registry.Retire({"gpu2"}), std::vector<std::string>{"gpu1"});
  ASSERT_FALSE(state.expired());
  EXPECT_EQ(state.lock()->in_flight(), 1);
  EXPECT_NE(registry.Get("gpu1"), state.lock());  // a new worker of that name starts afresh
  slot.Release();
  EXPECT_TRUE(state.expired());
}

}  // namespace
}  // namespace banto::upstream
