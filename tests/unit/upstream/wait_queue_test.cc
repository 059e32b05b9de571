#include "proxy/upstream/wait_queue.h"

#include <gtest/gtest.h>

#include "tests/unit/upstream/fleet.h"

namespace banto::upstream {
namespace {

// Far longer than a test: what is granted here was granted by a call, not by looking again.
constexpr int64_t kNeverMs = 3'600'000;

// One loop, one worker with one slot, taken. Waiters record their names and keep their slots in
// `held_`.
class WaitQueueTest : public testing::Test {
 protected:
  using Place = std::unique_ptr<QueuePlace>;

  Place Wait(const std::string& name, const WorkerGroupPtr& group, const Tried& tried = {}) {
    return queue_.Enqueue(group, tried, nullptr, &loop_, [this, name](InFlight slot) {
      order_ += name;
      held_.push_back(std::move(slot));
    });
  }
  // Releases the slot held longest, delivers what that grants, and returns who was served so far.
  std::string ReleaseOne() {
    held_.erase(held_.begin());
    Turn(&loop_);
    return order_;
  }
  void Hold(const WorkerPtr& worker) { held_.push_back(InFlight::TryTake(worker, &queue_)); }

  WaitQueue queue_{kNeverMs};
  net::EventLoop loop_;
  WorkerPtr w_ = MakeWorker({"w", 1, 1}), v_ = MakeWorker({"v", 1, 1});
  std::shared_ptr<WorkerGroup> group_ = MakeGroup({w_});
  std::string order_;
  std::vector<InFlight> held_;
};

TEST_F(WaitQueueTest, FirstComeFirstServed) {
  Hold(w_);
  const Place places[] = {Wait("a", group_), Wait("b", group_), Wait("c", group_)};
  EXPECT_EQ(queue_.Length("model:m"), 3);
  EXPECT_EQ(ReleaseOne(), "a");
  EXPECT_EQ(ReleaseOne(), "ab");
  EXPECT_EQ(ReleaseOne(), "abc");
  EXPECT_EQ(w_->state->in_flight(), 1);
  EXPECT_EQ(queue_.Length("model:m"), 0);
  EXPECT_EQ(w_->state->waiters(), 0);
}

TEST_F(WaitQueueTest, ASlotFreedBeforeEnqueueIsNotLost) {
  const Place place = Wait("a", group_);
  EXPECT_EQ(order_, "") << "granted from within Enqueue";
  Turn(&loop_);
  EXPECT_EQ(order_, "a");
}

TEST_F(WaitQueueTest, OneReleaseGrantsOneSlot) {
  Hold(w_);
  const Place places[] = {Wait("a", group_), Wait("b", group_)};
  ReleaseOne();
  Turn(&loop_);
  EXPECT_EQ(order_, "a");
}

TEST_F(WaitQueueTest, WaiterThatLeavesIsNotServed) {
  Hold(w_);
  Place a = Wait("a", group_);
  const Place b = Wait("b", group_);
  a.reset();
  EXPECT_EQ(queue_.Length("model:m"), 1);
  EXPECT_EQ(ReleaseOne(), "b");
}

TEST_F(WaitQueueTest, GrantToADepartedWaiterGoesToTheNext) {
  Hold(w_);
  Place a = Wait("a", group_);
  const Place b = Wait("b", group_);
  held_.clear();  // posted to a
  a.reset();      // and a is destroyed before the post arrives
  Turn(&loop_);   // the post finds nobody
  Turn(&loop_);   // and b's arrives
  EXPECT_EQ(order_, "b");
  EXPECT_EQ(w_->state->in_flight(), 1);
}

TEST_F(WaitQueueTest, GrantToTheLastDepartedWaiterFreesTheSlot) {
  Hold(w_);
  Place a = Wait("a", group_);
  held_.clear();
  a.reset();
  Turn(&loop_);
  EXPECT_EQ(w_->state->in_flight(), 0);
}

TEST_F(WaitQueueTest, PlaceMayBeDestroyedInItsOwnGrant) {
  Place place;
  int granted = 0;
  place = queue_.Enqueue(group_, {}, nullptr, &loop_, [&](InFlight) {
    place.reset();
    ++granted;
  });
  Turn(&loop_);
  EXPECT_EQ(granted, 1);
  EXPECT_EQ(w_->state->in_flight(), 0);
}

TEST_F(WaitQueueTest, AFullQueueRefuses) {
  group_->queue_length_max = 2;
  Hold(w_);
  const Place a = Wait("a", group_), b = Wait("b", group_);
  EXPECT_TRUE(a && b);
  EXPECT_EQ(Wait("c", group_), nullptr);
  const auto other = MakeGroup({w_}, conf::Policy::kLeastLoaded, "model:other");
  EXPECT_NE(Wait("d", other), nullptr) << "the limit is per queue_key";
}

TEST_F(WaitQueueTest, LengthZeroMeansNoQueue) {
  group_->queue_length_max = 0;
  Hold(w_);
  EXPECT_EQ(Wait("a", group_), nullptr);
  EXPECT_FALSE(queue_.MustQueue(*group_));
}

TEST_F(WaitQueueTest, TheOldestOfTheGroupsThatShareAWorkerIsServed) {
  const auto other = MakeGroup({w_, v_}, conf::Policy::kLeastLoaded, "model:other");
  Hold(w_);
  Hold(v_);
  const Place places[] = {Wait("a", group_), Wait("B", other), Wait("c", group_), Wait("D", other)};
  EXPECT_EQ(ReleaseOne(), "a");   // w
  EXPECT_EQ(ReleaseOne(), "aB");  // v: only the other group has it
  EXPECT_EQ(ReleaseOne(), "aBc");
  EXPECT_EQ(ReleaseOne(), "aBcD");
}

TEST_F(WaitQueueTest, ATriedWorkerIsNotGrantedAgain) {
  const auto both = MakeGroup({w_, v_});
  Hold(w_);
  Hold(v_);
  const Place a = Wait("a", both, {w_->state.get()}), b = Wait("b", both);
  EXPECT_EQ(ReleaseOne(), "b") << "w is free, but a has tried it";
  EXPECT_EQ(ReleaseOne(), "ba");
  EXPECT_EQ(held_.back().worker(), v_);
}

TEST_F(WaitQueueTest, WaiterWithoutAFittingWorkerBlocksNobody) {
  const auto both = MakeGroup({w_, v_});
  Hold(v_);
  const Place a = Wait("a", both, {w_->state.get()});
  EXPECT_EQ(Admit(*both, {}, nullptr, 0, &queue_).kind, Admission::Kind::kFull);
  const Place b = Wait("b", both);  // as the Fetch does then
  Turn(&loop_);
  EXPECT_EQ(order_, "b");
}

TEST_F(WaitQueueTest, ManyFreeWorkersAreSharedByThePolicy) {
  const auto unlimited1 = MakeWorker({"x"}), unlimited2 = MakeWorker({"y"});
  const auto group = MakeGroup({unlimited1, unlimited2});
  unlimited1->state->SetVerdict(health::Verdict::kUnhealthy, "");
  unlimited2->state->SetVerdict(health::Verdict::kUnhealthy, "");
  std::vector<Place> places;
  for (int i = 0; i < 40; ++i) places.push_back(Wait("", group));
  // Both recover before the queue is notified.
  unlimited1->state->SetVerdict(health::Verdict::kHealthy, "");
  unlimited2->state->SetVerdict(health::Verdict::kHealthy, "");
  queue_.WorkerMayServe(unlimited1->state.get());
  Turn(&loop_);
  EXPECT_EQ(unlimited1->state->in_flight(), 20);
  EXPECT_EQ(unlimited2->state->in_flight(), 20);
}

TEST_F(WaitQueueTest, RecoveryServesWaiters) {
  w_->state->SetVerdict(health::Verdict::kUnhealthy, "");
  const Place place = Wait("a", group_);
  Turn(&loop_);
  EXPECT_EQ(order_, "");
  w_->state->SetVerdict(health::Verdict::kHealthy, "");
  queue_.WorkerMayServe(w_->state.get());
  Turn(&loop_);
  EXPECT_EQ(order_, "a");
}

TEST_F(WaitQueueTest, ADrainingWorkerGrantsNothing) {
  Hold(w_);
  const Place place = Wait("a", group_);
  w_->state->SetAdminState(AdminState::kDraining);
  EXPECT_EQ(ReleaseOne(), "");
  w_->state->SetAdminState(AdminState::kReady);
  queue_.WorkerMayServe(w_->state.get());
  Turn(&loop_);
  EXPECT_EQ(order_, "a");
}

TEST_F(WaitQueueTest, TheEndOfACoolDownIsNoticedWithoutACall) {
  w_->state->passive().Report(health::AttemptOutcome::kBackPressure, net::EventLoop::NowUs() / 1000,
                              60);
  EXPECT_EQ(Admit(*group_, {}, nullptr, loop_.NowMs(), &queue_).kind, Admission::Kind::kFull);
  const Place a = Wait("a", group_), b = Wait("b", group_);
  Turn(&loop_);
  EXPECT_EQ(order_, "");
  EXPECT_TRUE(TurnUntil(&loop_, [&] { return order_ == "a"; }));
  EXPECT_FALSE(w_->state->passive().CoolingDown(net::EventLoop::NowUs() / 1000));
}

TEST_F(WaitQueueTest, ACoolDownThatBeganWhileQueuedIsNoticedByLookingAgain) {
  WaitQueue queue(20);
  InFlight slot = InFlight::TryTake(w_, &queue);
  const Place place =
      queue.Enqueue(group_, {}, nullptr, &loop_, [this](InFlight) { order_ += "a"; });
  w_->state->passive().Report(health::AttemptOutcome::kBackPressure, net::EventLoop::NowUs() / 1000,
                              60);
  slot.Release();  // the worker cools down: nothing is granted, and no call will follow
  Turn(&loop_);
  EXPECT_EQ(order_, "");
  EXPECT_TRUE(TurnUntil(&loop_, [&] { return order_ == "a"; }));
}

TEST_F(WaitQueueTest, WaitersFollowAReload) {
  Hold(w_);
  const Place a = Wait("a", group_), b = Wait("b", group_);
  const auto reloaded = MakeGroup({v_});  // w is gone, v is new
  reloaded->snapshot = 1;
  const Place c = Wait("c", reloaded);
  Turn(&loop_);
  EXPECT_EQ(order_, "a");
  EXPECT_EQ(held_.back().worker(), v_);
  EXPECT_EQ(w_->state->waiters(), 0);
  EXPECT_EQ(v_->state->waiters(), 1);
  const Place d = Wait("d", group_);  // a Fetch of the old snapshot changes nothing
  EXPECT_EQ(v_->state->waiters(), 1);
  EXPECT_EQ(ReleaseOne(), "a");  // the old worker's slot is useless
  EXPECT_EQ(ReleaseOne(), "ab");
}

TEST_F(WaitQueueTest, AfterCloseSlotsOnlyCountDown) {
  Hold(w_);
  const Place place = Wait("a", group_);
  queue_.Close();
  EXPECT_EQ(ReleaseOne(), "");
  EXPECT_EQ(w_->state->in_flight(), 0);
  EXPECT_EQ(Wait("b", group_), nullptr);
}

}  // namespace
}  // namespace banto::upstream
