#include "perf/engine/step_engine.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace banto::perf {
namespace {

constexpr int64_t kBlock = KvMemory::kBlockTokens;

EngineCosts Costs() {
  EngineCosts costs;
  costs.step_ms = 10;
  costs.per_sequence_ms = 1;
  costs.per_prompt_token_us = 1000;
  return costs;
}

class Listener : public StepEngine::Sequence {
 public:
  void OnSlot(int64_t cached) override {
    ++slots;
    cached_tokens = cached;
  }
  void OnTokens(int64_t first, int64_t count, bool last) override {
    EXPECT_EQ(first, tokens);
    tokens += count;
    ended = last;
  }
  int slots = 0;
  int64_t cached_tokens = -1, tokens = 0;
  bool ended = false;
};

PromptOf Prompt(int64_t blocks, uint64_t first_hash, int64_t more_tokens = 1) {
  PromptOf prompt{blocks * kBlock + more_tokens,
                  std::vector<uint64_t>(static_cast<size_t>(blocks))};
  std::iota(prompt.chain.begin(), prompt.chain.end(), first_hash);
  return prompt;
}

// Milliseconds until nothing is left to do.
double RunAll(StepEngine* engine) {
  double total = 0;
  while (const auto ms = engine->PlanStep()) {
    total += *ms;
    engine->FinishStep();
  }
  return total;
}

TEST(StepEngine, TheFirstTokenComesWithTheStepThatEndsThePrompt) {
  StepEngine engine(Costs());
  Listener one;
  engine.Submit(&one, {5, {}}, 3);
  EXPECT_DOUBLE_EQ(*engine.PlanStep(), 10 + 5);
  EXPECT_EQ(one.slots, 1);
  EXPECT_EQ(one.tokens, 0);
  engine.FinishStep();
  EXPECT_EQ(one.tokens, 1);
  EXPECT_DOUBLE_EQ(*engine.PlanStep(), 10 + 1);
  engine.FinishStep();
  EXPECT_FALSE(one.ended);
  engine.PlanStep();
  engine.FinishStep();
  EXPECT_EQ(one.tokens, 3);
  EXPECT_TRUE(one.ended);
  EXPECT_FALSE(engine.PlanStep());
}

TEST(StepEngine, ALongPromptIsReadInPiecesBehindTheDecodingOnes) {
  EngineCosts costs = Costs();
  costs.prompt_tokens_per_step = 4;
  StepEngine engine(costs);
  Listener early, late;
  engine.Submit(&early, {1, {}}, 9);
  engine.PlanStep();
  engine.FinishStep();
  engine.Submit(&late, {6, {}}, 1);
  EXPECT_DOUBLE_EQ(*engine.PlanStep(), 10 + 1 + 3);  // one token decoded, three read
  engine.FinishStep();
  EXPECT_EQ(late.tokens, 0);
  EXPECT_EQ(early.tokens, 2);
  EXPECT_DOUBLE_EQ(*engine.PlanStep(), 10 + 1 + 3);
  engine.FinishStep();
  EXPECT_TRUE(late.ended);
  EXPECT_EQ(early.tokens, 3);
}

TEST(StepEngine, ATokenCostsMoreBehindALongContextAndWithTheMemoryItLooksAt) {
  EngineCosts costs = Costs();
  costs.context_tokens = 100;
  costs.per_kv_token_ns = 1e6;
  StepEngine engine(costs);
  Listener one;
  engine.Submit(&one, {100, {}}, 2);
  EXPECT_DOUBLE_EQ(*engine.PlanStep(), 10 + 100 * 1.5);  // half of its own length, on average
  engine.FinishStep();
  EXPECT_DOUBLE_EQ(*engine.PlanStep(), 10 + 1 + 100);
}

TEST(StepEngine, AFactorIsOfAllTimes) {
  EngineCosts costs = Costs();
  costs.factor = 2;
  StepEngine engine(costs);
  Listener one;
  engine.Submit(&one, {5, {}}, 2);
  EXPECT_DOUBLE_EQ(RunAll(&engine), 2 * (15 + 11));
  EXPECT_DOUBLE_EQ(engine.counts().busy_ms, 2 * (15 + 11));
}

TEST(StepEngine, ABeginningThatWasReadBeforeIsNotReadAgain) {
  EngineCosts costs = Costs();
  costs.kv_tokens = 100 * kBlock;
  StepEngine engine(costs);
  Listener first, second, same;
  engine.Submit(&first, Prompt(4, 100), 2);
  RunAll(&engine);
  PromptOf longer = Prompt(6, 100);
  engine.Submit(&second, longer, 1);
  EXPECT_DOUBLE_EQ(*engine.PlanStep(), 10 + 2 * kBlock + 1);
  EXPECT_EQ(second.cached_tokens, 4 * kBlock);
  engine.FinishStep();
  longer.tokens = 6 * kBlock;  // whole blocks: its last token is read all the same
  engine.Submit(&same, longer, 1);
  EXPECT_DOUBLE_EQ(*engine.PlanStep(), 10 + kBlock);
  EXPECT_EQ(same.cached_tokens, 5 * kBlock);
  engine.FinishStep();
  EXPECT_EQ(engine.counts().cached_tokens, 9 * kBlock);
}

TEST(StepEngine, WhatDoesNotFitWaitsAndNobodyOvertakesIt) {
  EngineCosts costs = Costs();
  costs.kv_tokens = 10 * kBlock;
  StepEngine engine(costs);
  Listener one, two, three;
  engine.Submit(&one, Prompt(6, 100), 2);
  engine.Submit(&two, Prompt(6, 200), 2);
  engine.Submit(&three, Prompt(1, 300), 2);
  engine.PlanStep();
  engine.FinishStep();
  EXPECT_EQ(engine.running(), 1);
  EXPECT_EQ(engine.waiting(), 2);
  RunAll(&engine);
  EXPECT_TRUE(one.ended && two.ended && three.ended);
  EXPECT_EQ(engine.counts().preempted, 0);
  EXPECT_DOUBLE_EQ(engine.memory().in_use(), 0);
}

TEST(StepEngine, TheNewestGivesUpItsMemoryAndLosesNoToken) {
  EngineCosts costs = Costs();
  costs.kv_tokens = 10 * kBlock;
  StepEngine engine(costs);
  Listener one, two;
  engine.Submit(&one, Prompt(4, 100), 300);
  engine.Submit(&two, Prompt(4, 200), 100);
  RunAll(&engine);
  EXPECT_GT(engine.counts().preempted, 0);
  EXPECT_EQ(one.tokens, 300);
  EXPECT_EQ(two.tokens, 100);
  EXPECT_TRUE(one.ended && two.ended);
  EXPECT_EQ(two.slots, 1);
  EXPECT_DOUBLE_EQ(engine.memory().in_use(), 0);
}

TEST(StepEngine, WhatItsMemoryCanNeverHoldDoesNotFit) {
  EngineCosts costs = Costs();
  costs.kv_tokens = 1000;
  EXPECT_TRUE(StepEngine(costs).Fits(900, 92));
  EXPECT_FALSE(StepEngine(costs).Fits(900, 101));
  EXPECT_TRUE(StepEngine(Costs()).Fits(1'000'000'000, 1));
}

TEST(StepEngine, WhoIsCancelledFreesItsSlotAndItsMemory) {
  EngineCosts costs = Costs();
  costs.slots = 1;
  costs.kv_tokens = 100 * kBlock;
  StepEngine engine(costs);
  Listener one, two;
  engine.Submit(&one, Prompt(4, 100), 50);
  engine.Submit(&two, Prompt(4, 200), 1);
  engine.PlanStep();
  engine.FinishStep();
  engine.Cancel(&one);
  EXPECT_DOUBLE_EQ(engine.memory().in_use(), 0);
  RunAll(&engine);
  EXPECT_EQ(one.tokens, 1);
  EXPECT_TRUE(two.ended);
  EXPECT_EQ(engine.counts().cancelled, 1);
}

TEST(StepEngine, WhoIsCancelledInTheMiddleOfAStepGetsNothingOfIt) {
  StepEngine engine(Costs());
  Listener one, two;
  engine.Submit(&one, {5, {}}, 3);
  engine.Submit(&two, {5, {}}, 1);
  engine.PlanStep();
  engine.Cancel(&one);
  engine.FinishStep();
  EXPECT_EQ(one.tokens, 0);
  EXPECT_TRUE(two.ended);
}

TEST(StepEngine, WhatIsAbandonedIsGeneratedAllTheSame) {
  StepEngine engine(Costs());
  Listener one;
  engine.Submit(&one, {5, {}}, 3);
  engine.PlanStep();
  engine.FinishStep();
  engine.Abandon(&one);
  RunAll(&engine);
  EXPECT_EQ(one.tokens, 1);
  EXPECT_EQ(engine.counts().output_tokens, 3);
}

}  // namespace
}  // namespace banto::perf
