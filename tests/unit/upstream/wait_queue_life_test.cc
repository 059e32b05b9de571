// Lifetimes: the queue, its places and their loops may be destroyed in various orders.
#include <gtest/gtest.h>

#include "proxy/upstream/wait_queue.h"
#include "tests/unit/upstream/fleet.h"

namespace banto::upstream {
namespace {

constexpr int64_t kNeverMs = 3'600'000;

TEST(WaitQueueLife, PlaceMayOutliveTheQueue) {
  net::EventLoop loop;
  const WorkerPtr w = MakeWorker({"w", 1, 1});
  w->state->SetVerdict(health::Verdict::kUnhealthy, "");
  auto queue = std::make_unique<WaitQueue>(0);  // looks again every turn
  auto place = queue->Enqueue(MakeGroup({w}), {}, nullptr, &loop, [](InFlight) { ADD_FAILURE(); });
  queue.reset();
  w->state->SetVerdict(health::Verdict::kHealthy, "");
  Turn(&loop);
  Turn(&loop);
  place.reset();
  EXPECT_EQ(w->state->waiters(), 0);
}

TEST(WaitQueueLife, GrantLostWithItsLoopIsPassedOn) {
  WaitQueue queue(kNeverMs);
  const WorkerPtr w = MakeWorker({"w", 1, 1});
  const auto group = MakeGroup({w});
  net::EventLoop stays;
  auto dies = std::make_unique<net::EventLoop>();
  int granted = 0;
  InFlight slot = InFlight::TryTake(w, &queue);
  auto a = queue.Enqueue(group, {}, nullptr, dies.get(), [](InFlight) { ADD_FAILURE(); });
  const auto b = queue.Enqueue(group, {}, nullptr, &stays, [&](InFlight) { ++granted; });
  slot.Release();
  a.reset();
  dies.reset();
  Turn(&stays);
  EXPECT_EQ(granted, 1);
}

}  // namespace
}  // namespace banto::upstream
