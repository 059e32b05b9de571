#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "proxy/base/split_mix.h"
#include "proxy/upstream/admission.h"
#include "tests/unit/upstream/fleet.h"

namespace banto::upstream {
namespace {

constexpr int64_t kNow = 1'000'000;
constexpr double kTokensPerBlock = 64;

// A prompt of `shared` blocks that every prompt of its family begins with, and `own` of its own.
DemandPtr Prompt(uint64_t family, size_t shared, size_t own, uint64_t seed = 0) {
  auto demand = std::make_shared<Demand>();
  base::SplitMix common(family), rest(family * 1'000'003 + seed);
  for (size_t i = 0; i < shared + own; ++i)
    demand->chain.push_back(i < shared ? common.Next() : rest.Next());
  demand->prompt_tokens = static_cast<double>(shared + own) * kTokensPerBlock + 1;
  demand->tokens_per_block = kTokensPerBlock;
  return demand;
}

struct LeastLoadedTest : testing::Test {
  const WorkerPtr a = MakeWorker({"a"}), b = MakeWorker({"b"}), c = MakeWorker({"c"});
  std::shared_ptr<WorkerGroup> group = MakeGroup({a, b, c});

  InFlight Take(const DemandPtr& demand, int64_t now_ms = kNow) {
    return Admit(*group, {}, demand, now_ms, nullptr).slot;
  }
  // … which is answered.
  std::string Serve(const DemandPtr& demand, int64_t now_ms = kNow) {
    InFlight slot = Take(demand, now_ms);
    slot.ReleasePrompt();
    return slot.worker()->name();
  }
  std::map<std::string, int> ServeMany(const DemandPtr& demand, int times) {
    std::map<std::string, int> tally;
    for (int i = 0; i < times; ++i) ++tally[Serve(demand)];
    return tally;
  }
};

TEST_F(LeastLoadedTest, FewestAwaitedTokensComeBeforeFewestRequests) {
  const InFlight big = TakeWith(a, 100'000, nullptr), also_big = TakeWith(c, 100'000, nullptr);
  const InFlight small[] = {TakeWith(b, 10, nullptr), TakeWith(b, 10, nullptr)};
  EXPECT_EQ(ServeMany(nullptr, 20)["b"], 20);
}

TEST_F(LeastLoadedTest, APromptThatIsReadDelaysLessThanOneThatIsNot) {
  group = MakeGroup({a, b});
  InFlight read = TakeWith(a, 1'000, nullptr);
  const InFlight awaited = TakeWith(b, 1'000, nullptr);
  read.ReleasePrompt();
  EXPECT_EQ(ServeMany(nullptr, 20)["a"], 20);
}

TEST_F(LeastLoadedTest, ConversationStaysWhereItsBeginningIs) {
  const std::string first = Serve(Prompt(1, 100, 0));
  EXPECT_EQ(Serve(Prompt(1, 100, 5, 1)), first);
  EXPECT_EQ(Serve(Prompt(1, 100, 9, 2)), first);
}

TEST_F(LeastLoadedTest, AffinityYieldsToALongQueue) {
  const InFlight held = Take(Prompt(1, 20, 0));
  std::vector<InFlight> queue;
  for (int i = 0; i < 5; ++i) queue.push_back(TakeWith(held.worker(), 20'000, nullptr));
  EXPECT_NE(Serve(Prompt(1, 20, 5, 1)), held.worker()->name());
}

TEST_F(LeastLoadedTest, OneHotBeginningSpreads) {
  std::vector<InFlight> streams;
  for (uint64_t i = 0; i < 300; ++i) {
    streams.push_back(Take(Prompt(1, 96, 2, i)));
    streams.back().ReleasePrompt();
  }
  for (const WorkerPtr& worker : {a, b, c}) EXPECT_NEAR(worker->state->in_flight(), 100, 25);
}

TEST_F(LeastLoadedTest, PromptThatWasNotTakenIsNotThere) {
  std::string first;
  {
    const InFlight failed = Take(Prompt(1, 100, 0));
    first = failed.worker()->name();
  }
  EXPECT_EQ(
      a->state->prefixes()->held() + b->state->prefixes()->held() + c->state->prefixes()->held(),
      0);
  EXPECT_EQ(a->state->awaited_tokens() + b->state->awaited_tokens() + c->state->awaited_tokens(),
            0);
}

TEST_F(LeastLoadedTest, SlowWorkersGetLessAndAreTriedAgainLater) {
  group = MakeGroup({a, b});
  for (int i = 0; i < 20; ++i) {
    a->state->speed().NoteFirstToken(1'000, 40, kNow);
    b->state->speed().NoteFirstToken(1'000, 140, kNow);
  }
  std::vector<InFlight> held;
  for (uint64_t i = 0; i < 100; ++i) held.push_back(Take(Prompt(100 + i, 0, 50)));
  EXPECT_GT(a->state->in_flight(), 2 * b->state->in_flight());
  EXPECT_GT(b->state->in_flight(), 10);
  held.clear();
  a->state->prefixes()->ForgetAll();
  b->state->prefixes()->ForgetAll();
  std::map<std::string, int> later;
  for (uint64_t i = 0; i < 100; ++i)
    ++later[Serve(Prompt(900 + i, 0, 50), kNow + 2 * WorkerSpeed::kFadesInMs)];
  EXPECT_GT(later["b"], 25);
}

TEST_F(LeastLoadedTest, OneSlowWorkerMakesNoHotSpotOfAnother) {
  a->state->speed().NoteFirstToken(1'000, 20'000, kNow);
  for (const WorkerPtr& worker : {b, c}) worker->state->speed().NoteFirstToken(1'000, 40, kNow);
  b->state->prefixes()->Insert(Prompt(1, 50, 0)->chain);
  std::vector<InFlight> streams;
  for (uint64_t i = 0; i < 60; ++i) {
    streams.push_back(Take(Prompt(1, 50, 2, i)));
    streams.back().ReleasePrompt();
  }
  EXPECT_GT(c->state->in_flight(), 15);
}

TEST_F(LeastLoadedTest, SessionThatAWorkerRefusedIsNotItsOwn) {
  auto demand = std::make_shared<Demand>(*Prompt(1, 0, 20));
  demand->session = {4'711};
  std::map<std::string, int> tally;
  for (int i = 0; i < 60; ++i) ++tally[Take(demand).worker()->name()];
  EXPECT_EQ(tally.size(), 3u);
}

TEST_F(LeastLoadedTest, PromptIsNotThereBecauseTimeHasPassed) {
  {
    InFlight hung = Take(Prompt(1, 100, 0));
    hung.AssumeRead();
    EXPECT_EQ(hung.worker()->state->awaited_tokens(), 0);
    EXPECT_EQ(hung.worker()->state->prefixes()->held(), 100);
  }
  for (const WorkerPtr& worker : {a, b, c}) {
    EXPECT_EQ(worker->state->prefixes()->held(), 0);
    EXPECT_EQ(worker->state->kv_tokens(), 0);
  }
}

TEST_F(LeastLoadedTest, NoiseInSpeedsDoesNotStarveAnyone) {
  group = MakeGroup({a, b});
  a->state->speed().NoteFirstToken(1'000, 40, kNow);
  b->state->speed().NoteFirstToken(1'000, 42, kNow);
  std::map<std::string, int> tally;
  for (uint64_t i = 0; i < 200; ++i) ++tally[Serve(Prompt(i, 0, 50))];
  EXPECT_NEAR(tally["a"], 100, 40);
}

TEST_F(LeastLoadedTest, NamedConversationPrefersWhoServedIt) {
  const auto turn = [](uint64_t seed) {
    auto demand = std::make_shared<Demand>(*Prompt(seed, 0, 20));
    demand->session = {4'711};
    return demand;
  };
  const std::string first = Serve(turn(1));
  for (uint64_t i = 2; i < 10; ++i) EXPECT_EQ(Serve(turn(i)), first);
}

TEST_F(LeastLoadedTest, ASessionIsABonusAndNeverAPin) {
  auto demand = std::make_shared<Demand>(*Prompt(1, 0, 20));
  demand->session = {4'711};
  const InFlight held = Take(demand);
  const InFlight queue = TakeWith(held.worker(), 50'000, nullptr);
  EXPECT_NE(Serve(demand), held.worker()->name());
}

TEST_F(LeastLoadedTest, WorkerThatMustLoadTheModelIsLast) {
  group->cold = {a->state.get(), b->state.get()};
  auto demand = std::make_shared<Demand>(*Prompt(1, 0, 20));
  demand->model = 7;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Serve(demand), "c");
  group->cold = {a->state.get(), b->state.get(), c->state.get()};
  b->state->speed().NoteLoad(100);
  b->state->speed().NoteLoad(100);
  demand->model = 8;
  EXPECT_EQ(Serve(demand), "b");
}

TEST_F(LeastLoadedTest, WhoeverLoadsTheModelIsNotColdAnyMore) {
  group = MakeGroup({a, b});
  group->cold = {a->state.get(), b->state.get()};
  auto demand = std::make_shared<Demand>(*Prompt(1, 0, 1));
  demand->model = 7;
  const InFlight loading = Take(demand);
  EXPECT_EQ(Serve(demand), loading.worker()->name());
}

TEST_F(LeastLoadedTest, SaysWhatItWeighed) {
  group = MakeGroup({a, b});
  Serve(Prompt(1, 32, 0));
  const InFlight other = TakeWith(b, 2'000, nullptr), more = TakeWith(a, 2'000, nullptr);
  const Admission admission = Admit(*group, {}, Prompt(1, 32, 4, 1), kNow, nullptr);
  const std::string name = admission.slot.worker()->name(), next = name == "a" ? "b" : "a";
  EXPECT_EQ(admission.Reason(),
            "least_loaded of 2: 106 ms = 70 ahead + 20 own (2048 of 2305 tokens cached) + 16 "
            "streams; next " +
                next + " with 267 ms");
}

TEST_F(LeastLoadedTest, MissesWeighMoreWhenPromptsPileUp) {
  // Where the prompt's beginning is, twice as much is awaited.
  group = MakeGroup({a, b});
  const auto decided = [this](double awaited) {
    for (const WorkerPtr& worker : {a, b}) worker->state->prefixes()->ForgetAll();
    a->state->prefixes()->Insert(Prompt(1, 100, 0)->chain);
    const InFlight at_a = TakeWith(a, awaited * 1.5, nullptr), at_b = TakeWith(b, awaited, nullptr);
    return Serve(Prompt(1, 100, 1, 1));
  };
  EXPECT_EQ(decided(1'000), "a");
  EXPECT_EQ(decided(60'000), "a");
}

}  // namespace
}  // namespace banto::upstream
