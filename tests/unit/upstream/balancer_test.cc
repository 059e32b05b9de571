#include "proxy/upstream/balancer.h"
#include "proxy/base/split_mix.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "proxy/upstream/admission.h"
#include "proxy/upstream/lottery.h"
#include "tests/unit/upstream/fleet.h"

namespace banto::upstream {
namespace {

using conf::Policy;

// Picks `times` from `group`, holding nothing, and counts by name.
std::map<std::string, int> Tally(const WorkerGroup& group, int times) {
  std::map<std::string, int> tally;
  for (int i = 0; i < times; ++i) {
    ++tally[Admit(group, {}, nullptr, 0, nullptr).slot.worker()->name()];
  }
  return tally;
}

// The names in the order picked; each guard is kept in `held`.
std::string Sequence(const WorkerGroup& group, int times, std::vector<InFlight>* held = nullptr) {
  std::string sequence;
  for (int i = 0; i < times; ++i) {
    Admission a = Admit(group, {}, nullptr, 0, nullptr);
    sequence += a.slot.worker()->name();
    if (held != nullptr) held->push_back(std::move(a.slot));
  }
  return sequence;
}

InFlight Hold(const WorkerPtr& worker, int tokens) { return TakeWith(worker, tokens, nullptr); }

class EveryPolicy : public testing::TestWithParam<Policy> {};
#define BANTO_POLICY(name, text) Policy::k##name,
constexpr Policy kPolicies[] = {BANTO_POLICIES(BANTO_POLICY)};
#undef BANTO_POLICY
INSTANTIATE_TEST_SUITE_P(Policies, EveryPolicy, testing::ValuesIn(kPolicies));

TEST_P(EveryPolicy, SplitsEvenlyBetweenEqualIdleWorkers) {
  const auto group =
      MakeGroup({MakeWorker({"a"}), MakeWorker({"b"}), MakeWorker({"c"})}, GetParam());
  for (const auto& [name, count] : Tally(*group, 6000)) {
    EXPECT_NEAR(count, 2000, 300) << name;  // 8 standard deviations of a fair draw
  }
}

TEST_P(EveryPolicy, SplitsByWeightWhenIdle) {
  const auto group = MakeGroup({MakeWorker({"a", 3}), MakeWorker({"b", 1})}, GetParam());
  std::map<std::string, int> tally = Tally(*group, 4000);
  EXPECT_NEAR(tally["a"], 3000, 250);
  EXPECT_NEAR(tally["b"], 1000, 250);
}

TEST_P(EveryPolicy, FewRequestsDoNotAllGoToTheFirst) {
  std::set<std::string> firsts;
  for (int i = 0; i < 200; ++i) {
    // A new balancer each time: the state right after a start or a reload.
    const auto group =
        MakeGroup({MakeWorker({"a"}), MakeWorker({"b"}), MakeWorker({"c"})}, GetParam());
    firsts.insert(Sequence(*group, 1));
  }
  EXPECT_EQ(firsts.size(), 3u);
}

TEST_P(EveryPolicy, PicksOnlyAmongTheCandidates) {
  const WorkerPtr a = MakeWorker({"a"}), b = MakeWorker({"b"});
  const auto group = MakeGroup({a, b}, GetParam());
  b->state->SetAdminState(AdminState::kDraining);
  EXPECT_EQ(Sequence(*group, 20), std::string(20, 'a'));
}

TEST_P(EveryPolicy, TakesManyMoreWorkersThanFitInline) {
  std::vector<WorkerPtr> workers;
  for (int i = 0; i < 200; ++i) workers.push_back(MakeWorker({std::to_string(i), 1 + i % 3}));
  const auto group = MakeGroup(workers, GetParam());
  EXPECT_GT(Tally(*group, 2000).size(), 150u);
}

TEST(LeastRequests, IgnoresPrompts) {
  const WorkerPtr a = MakeWorker({"a"}), b = MakeWorker({"b"});
  const auto group = MakeGroup({a, b}, Policy::kLeastRequests);
  const InFlight held[] = {Hold(a, 100'000), Hold(b, 1), Hold(b, 1)};
  EXPECT_EQ(Sequence(*group, 20), std::string(20, 'a'));
}

TEST(LeastRequests, HeldRequestsSpreadByWeight) {
  const WorkerPtr a = MakeWorker({"a", 3}), b = MakeWorker({"b", 1});
  const auto group = MakeGroup({a, b}, Policy::kLeastRequests);
  std::vector<InFlight> held;
  Sequence(*group, 400, &held);
  EXPECT_NEAR(a->state->in_flight(), 300, 3);
  EXPECT_NEAR(b->state->in_flight(), 100, 3);
}

TEST(RoundRobin, EqualWorkersTakeStrictTurns) {
  const auto group =
      MakeGroup({MakeWorker({"a"}), MakeWorker({"b"}), MakeWorker({"c"})}, Policy::kRoundRobin);
  const std::string sequence = Sequence(*group, 9);
  EXPECT_EQ(sequence.substr(0, 3), sequence.substr(3, 3));
  EXPECT_EQ(sequence.substr(0, 3), sequence.substr(6, 3));
  EXPECT_EQ(std::set<char>(sequence.begin(), sequence.begin() + 3).size(), 3u);
}

// Two complete cycles; where they start is random.
std::string TwoCycles(std::vector<WorkerPtr> workers, int turns) {
  return Sequence(*MakeGroup(std::move(workers), Policy::kRoundRobin), 2 * turns);
}

TEST(RoundRobin, WeightsAreSpreadSmoothly) {
  const std::string seen =
      TwoCycles({MakeWorker({"a", 2}), MakeWorker({"b", 1}), MakeWorker({"c", 1})}, 4);
  EXPECT_NE(seen.find("abac"), std::string::npos) << seen;
}

TEST(RoundRobin, AHeavyWorkerIsNotServedInOneRun) {
  const std::string seen =
      TwoCycles({MakeWorker({"a", 5}), MakeWorker({"b", 1}), MakeWorker({"c", 1})}, 7);
  EXPECT_EQ(seen.find("aaaa"), std::string::npos) << seen;
}

TEST(RoundRobin, EveryCycleIsExactForAnyWeights) {
  base::SplitMix random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<WorkerPtr> workers;
    int turns = 0;
    for (size_t i = 0, n = 1 + random.Next() % 12; i < n; ++i) {
      const int weight = 1 + static_cast<int>(random.Next() % 40);
      workers.push_back(MakeWorker({std::string(1, static_cast<char>('a' + i)), weight}));
      turns += weight;
    }
    const auto group = MakeGroup(workers, Policy::kRoundRobin);
    // The cursor starts anywhere, so a cycle is seen from anywhere: its counts are the same.
    std::map<std::string, int> tally = Tally(*group, turns);
    for (const WorkerPtr& w : workers) EXPECT_EQ(tally[w->name()], w->settings.weight);
  }
}

TEST(RoundRobin, ContinuesWhenMembersLeaveAndReturn) {
  const WorkerPtr a = MakeWorker({"a"}), b = MakeWorker({"b"}), c = MakeWorker({"c"});
  const auto group = MakeGroup({a, b, c}, Policy::kRoundRobin);
  std::map<std::string, int> tally;
  for (int i = 0; i < 300; ++i) {
    c->state->SetAdminState(i % 7 < 3 ? AdminState::kDraining : AdminState::kReady);
    ++tally[Admit(*group, {}, nullptr, 0, nullptr).slot.worker()->name()];
  }
  EXPECT_NEAR(tally["a"], tally["b"], 45);
  EXPECT_GT(tally["c"], 30);
}

// B3's trap for "fewest in flight": a worker that fails at once is always idle.
TEST(LeastLoaded, AWorkerThatFailsFastAttractsNoTraffic) {
  const WorkerPtr good1 = MakeWorker({"good1"}), good2 = MakeWorker({"good2"}),
                  bad = MakeWorker({"bad"});
  const auto group = MakeGroup({good1, good2, bad}, Policy::kLeastLoaded);
  std::vector<InFlight> held;
  int at_bad = 0;
  int64_t now_ms = 1'000'000;
  for (int i = 0; i < 1000; ++i, ++now_ms) {
    Admission a = Admit(*group, {}, Tokens(100), now_ms, nullptr);
    ASSERT_TRUE(a.slot);
    if (a.slot.worker() == bad) {
      ++at_bad;
      bad->state->passive().Report(health::AttemptOutcome::kFault, now_ms);
    } else {
      held.push_back(std::move(a.slot));
    }
  }
  EXPECT_EQ(at_bad, health::PassiveChecker::kFaultsToEject);
  EXPECT_NEAR(good1->state->in_flight(), good2->state->in_flight(), 1);
}

}  // namespace
}  // namespace banto::upstream
