#include "proxy/upstream/admission.h"

#include <gtest/gtest.h>

#include <set>

#include "proxy/upstream/wait_queue.h"
#include "tests/unit/upstream/fleet.h"

namespace banto::upstream {
namespace {

using Kind = Admission::Kind;
constexpr int64_t kNow = 1'000'000;

void Eject(const WorkerPtr& worker) {
  for (int i = 0; i < health::PassiveChecker::kFaultsToEject; ++i) {
    worker->state->passive().Report(health::AttemptOutcome::kFault, kNow);
  }
  ASSERT_TRUE(worker->state->passive().Ejected(kNow));
}

void CoolDown(const WorkerPtr& worker, int64_t ms) {
  worker->state->passive().Report(health::AttemptOutcome::kBackPressure, kNow, ms);
}

// Three workers with one slot each; c is a backup.
class AdmissionTest : public testing::Test {
 protected:
  Admission Ask(const Tried& tried = {}) { return Admit(*group_, tried, nullptr, kNow, &queue_); }
  // The worker picked 20 times in a row; fails if the picks differ.
  std::string Always() {
    const std::string name = Ask().slot.worker()->name();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(Ask().slot.worker()->name(), name);
    return name;
  }

  WaitQueue queue_;
  WorkerPtr a_ = MakeWorker({"a", 1, 1}), b_ = MakeWorker({"b", 1, 1}),
            c_ = MakeWorker({.name = "c", .max_in_flight = 1, .backup = true});
  std::shared_ptr<WorkerGroup> group_ = MakeGroup({a_, b_, c_});
};

TEST_F(AdmissionTest, TakesASlotAndSaysWhy) {
  const Admission answer = Ask();
  EXPECT_EQ(answer.kind, Kind::kPicked);
  EXPECT_EQ(answer.slot.worker()->state->in_flight(), 1);
  EXPECT_EQ(answer.Reason(), "least_loaded of 2");
}

TEST_F(AdmissionTest, SkipsTriedWorkers) { EXPECT_EQ(Ask({a_->state.get()}).slot.worker(), b_); }

TEST_F(AdmissionTest, SkipsFullWorkers) {
  const InFlight slot = InFlight::TryTake(a_, nullptr);
  EXPECT_EQ(Always(), "b");
}

TEST_F(AdmissionTest, SkipsEjectedWorkers) {
  Eject(a_);
  EXPECT_EQ(Always(), "b");
}

TEST_F(AdmissionTest, SkipsWorkersCoolingDown) {
  CoolDown(a_, 5000);
  EXPECT_EQ(Always(), "b");
}

TEST_F(AdmissionTest, AKeyThatAllRefuseIsNotWaitedFor) {
  for (const WorkerPtr& worker : {a_, b_, c_})
    worker->state->passive().Report(health::AttemptOutcome::kKeyRefused, kNow);
  EXPECT_TRUE(OnlyKeysRefused(*group_, {}, kNow));
  CoolDown(b_, 5000);
  EXPECT_FALSE(OnlyKeysRefused(*group_, {}, kNow)) << "b is busy and may answer";
  EXPECT_TRUE(OnlyKeysRefused(*group_, {b_->state.get()}, kNow));
}

TEST_F(AdmissionTest, SkipsUnhealthyLoadingDrainingAndDisabled) {
  for (auto verdict : {health::Verdict::kUnhealthy, health::Verdict::kLoading}) {
    a_->state->SetVerdict(verdict, "");
    EXPECT_EQ(Always(), "b");
  }
  a_->state->SetVerdict(health::Verdict::kHealthy, "");
  for (auto admin : {AdminState::kDraining, AdminState::kDisabled}) {
    a_->state->SetAdminState(admin);
    EXPECT_EQ(Always(), "b");
  }
}

TEST_F(AdmissionTest, TakesABackupOnlyWhenNoMainWorkerHasASlot) {
  const InFlight one = InFlight::TryTake(a_, nullptr);
  EXPECT_EQ(Always(), "b");
  const InFlight two = InFlight::TryTake(b_, nullptr);
  const Admission answer = Ask();
  EXPECT_EQ(answer.slot.worker(), c_);
  EXPECT_EQ(answer.Reason(), "least_loaded of 1 backups");
}

TEST_F(AdmissionTest, PrefersABackupToTheEjected) {
  Eject(a_);
  Eject(b_);
  EXPECT_EQ(Always(), "c");
}

TEST_F(AdmissionTest, NeverEjectsAllAtOnce) {
  Eject(a_);
  Eject(b_);
  Eject(c_);
  const Admission answer = Ask();
  EXPECT_EQ(answer.kind, Kind::kPicked);
  EXPECT_EQ(answer.Reason(), "least_loaded of 3 ejected");
}

TEST_F(AdmissionTest, WaitsForAGoodWorkerRatherThanTakeAnEjectedOne) {
  Eject(a_);
  Eject(b_);
  const InFlight slot = InFlight::TryTake(c_, nullptr);
  EXPECT_EQ(Ask().kind, Kind::kFull);
}

TEST_F(AdmissionTest, TakesAnEjectedOneBeforeItWaitsForACoolDown) {
  Eject(a_);
  CoolDown(b_, 5000);
  CoolDown(c_, 5000);
  EXPECT_EQ(Always(), "a");
}

TEST_F(AdmissionTest, AllFullIsFull) {
  const InFlight held[] = {InFlight::TryTake(a_, nullptr), InFlight::TryTake(b_, nullptr),
                           InFlight::TryTake(c_, nullptr)};
  const Admission answer = Ask();
  EXPECT_EQ(answer.kind, Kind::kFull);
  EXPECT_FALSE(answer.slot);
  EXPECT_EQ(answer.cool_down_ms, 0);
  EXPECT_EQ(answer.Reason(), "all are at max_in_flight");
}

TEST_F(AdmissionTest, AllCoolingDownIsFullWithTheEarliestEnd) {
  CoolDown(a_, 5000);
  CoolDown(b_, 2000);
  CoolDown(c_, 3000);
  const Admission answer = Ask();
  EXPECT_EQ(answer.kind, Kind::kFull);
  EXPECT_EQ(answer.cool_down_ms, 2000);
}

TEST_F(AdmissionTest, WhenAllCoolDownEachGetsOneRequestASecond) {
  for (const WorkerPtr& worker : {a_, b_, c_}) CoolDown(worker, 30'000);
  const int64_t later = kNow + health::PassiveChecker::kTrialEveryMs;
  const Admission first =
      Admit(*group_, {b_->state.get(), c_->state.get()}, nullptr, later, &queue_);
  EXPECT_EQ(first.slot.worker(), a_);
  EXPECT_EQ(first.Reason(), "least_loaded of 1 cooling down");
  std::set<std::string> names;
  for (int i = 0; i < 2; ++i)
    names.insert(Admit(*group_, {}, nullptr, later, &queue_).slot.worker()->name());
  EXPECT_EQ(names, (std::set<std::string>{"b", "c"}));
  EXPECT_EQ(Admit(*group_, {}, nullptr, later, &queue_).kind, Kind::kFull);
}

TEST_F(AdmissionTest, NoTrialWhileAWorkerIsInGoodStanding) {
  CoolDown(a_, 30'000);
  const InFlight one = InFlight::TryTake(b_, nullptr), two = InFlight::TryTake(c_, nullptr);
  EXPECT_EQ(Admit(*group_, {}, nullptr, kNow + 2'000, &queue_).kind, Kind::kFull);
}

TEST_F(AdmissionTest, ReasonIncludesWorkersCoolingDown) {
  EXPECT_EQ(WhyCoolingDown(*group_, {}, kNow), "");
  CoolDown(a_, 2'000);
  const InFlight slot = InFlight::TryTake(b_, nullptr);
  EXPECT_EQ(WhyCoolingDown(*group_, {c_->state.get()}, kNow),
            "a: cooling down for 2000 ms, after a 429 or 503; b: at max_in_flight; c: tried");
  EXPECT_EQ(WhyCoolingDown(*group_, {a_->state.get()}, kNow), "");
}

TEST_F(AdmissionTest, NobodyIsExplainedWorkerByWorker) {
  a_->state->SetVerdict(health::Verdict::kUnhealthy, "connect: Connection refused");
  b_->state->SetAdminState(AdminState::kDraining);
  const Admission answer = Ask({c_->state.get()});
  EXPECT_EQ(answer.kind, Kind::kNobody);
  EXPECT_EQ(answer.Reason(), "a: connect: Connection refused; b: draining; c: tried");
  EXPECT_FALSE(answer.loading);
}

TEST_F(AdmissionTest, NobodySaysWhetherAWorkerIsLoading) {
  a_->state->SetVerdict(health::Verdict::kLoading, "Loading model");
  const Admission answer = Ask({b_->state.get(), c_->state.get()});
  EXPECT_EQ(answer.kind, Kind::kNobody);
  EXPECT_TRUE(answer.loading);
}

TEST_F(AdmissionTest, AnEmptyGroupIsNobody) {
  group_->workers.clear();
  EXPECT_EQ(Ask().Reason(), "no workers");
}

TEST_F(AdmissionTest, ANewcomerDoesNotOvertakeAQueue) {
  net::EventLoop loop;
  // A waiter that has tried all but the full a_: b_ and c_ are free, and still nobody overtakes it.
  const InFlight slot = InFlight::TryTake(a_, nullptr);
  const auto place = queue_.Enqueue(group_, {b_->state.get(), c_->state.get()}, nullptr, &loop,
                                    [](InFlight) { ADD_FAILURE(); });
  EXPECT_EQ(Ask().kind, Kind::kFull);
  const auto other = MakeGroup({b_}, conf::Policy::kLeastLoaded, "model:other");
  EXPECT_EQ(Admit(*other, {}, nullptr, kNow, &queue_).kind, Kind::kPicked);
}

TEST_F(AdmissionTest, NobodyIsReturnedEvenWhileOthersWait) {
  net::EventLoop loop;
  const InFlight slot = InFlight::TryTake(a_, nullptr);
  const auto place = queue_.Enqueue(group_, {b_->state.get(), c_->state.get()}, nullptr, &loop,
                                    [](InFlight) { ADD_FAILURE(); });
  EXPECT_EQ(Ask({a_->state.get(), b_->state.get(), c_->state.get()}).kind, Kind::kNobody);
}

}  // namespace
}  // namespace banto::upstream
