#include "proxy/upstream/kv_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "proxy/base/split_mix.h"
#include "proxy/upstream/prefix_index.h"

namespace banto::upstream {
namespace {

// Of a prompt of 4,000 tokens.
CachedTokens Answer(double expected, double told) {
  return {.prompt = 4'000,
          .expected = expected,
          .operation = &api::kPlainOperation,
          .told_prompt = 4'000,
          .told = told};
}

struct KvFitTest : testing::Test {
  KvFit fit;
  void Note(double expected, double told, int times = 1) {
    for (int i = 0; i < times; ++i) fit.Note(Answer(expected, told), true);
  }
};

TEST_F(KvFitTest, AnswersThatSayWhatWasExpectedChangeNothing) {
  Note(2'000, 2'000, 100);
  Note(2'000, 1'600, 100);  // within what an estimate may be off
  EXPECT_EQ(fit.factor(), 1);
}

TEST_F(KvFitTest, LessThanExpectedMakesItSmallerAndMoreMakesItLarger) {
  Note(3'000, 500);
  EXPECT_LT(fit.factor(), 1);
  Note(500, 3'000, 5);
  EXPECT_GT(fit.factor(), 1);
}

TEST_F(KvFitTest, NoWorkerGetsBeyondTheBounds) {
  Note(3'000, 0, 1'000);
  EXPECT_EQ(fit.factor(), KvFit::kFactorMin);
  Note(0, 3'000, 1'000);
  EXPECT_EQ(fit.factor(), KvFit::kFactorMax);
}

TEST_F(KvFitTest, OneAnswerMovesItByATenth) {
  Note(3'000, 0);
  EXPECT_GT(fit.factor(), 0.9);
}

TEST_F(KvFitTest, AnEngineThatNeverTellsChangesNothing) {
  Note(3'000, -1, 100);
  EXPECT_EQ(fit.factor(), 1);
}

TEST_F(KvFitTest, OnceItHasToldSilenceIsNone) {
  Note(3'000, 3'000);
  Note(3'000, -1);
  EXPECT_LT(fit.factor(), 1);
}

TEST_F(KvFitTest, WhatOneOperationTellsIsNotExpectedOfAnother) {
  Note(3'000, 3'000);
  CachedTokens other = Answer(3'000, -1);
  const api::OperationInfo another = api::kPlainOperation;
  other.operation = &another;
  fit.Note(other, true);
  EXPECT_EQ(fit.factor(), 1);
}

TEST_F(KvFitTest, WhatMayStillBeReadIsNotMissed) {
  CachedTokens answer = Answer(3'000, 0);
  answer.lately = true;
  fit.Note(answer, true);
  EXPECT_EQ(fit.factor(), 1);
}

TEST_F(KvFitTest, MoreThanExpectedTellsNothingWhereNothingWasForgotten) {
  fit.Note(Answer(0, 3'000), false);
  EXPECT_EQ(fit.factor(), 1);
}

TEST_F(KvFitTest, FiguresThatCannotBeAreNotBelieved) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  Note(0, 4'000, 10);  // an engine reads the last token of every prompt
  Note(0, 1e300, 10);
  Note(0, kInfinite, 10);
  fit.Note({.operation = &api::kPlainOperation, .told_prompt = 4'000, .told = 3'000}, true);
  fit.Note({}, true);
  EXPECT_EQ(fit.factor(), 1);
}

TEST_F(KvFitTest, TheEnginesCountOfThePromptCounts) {
  // Estimated at twice of what it is: half of it is half of it.
  CachedTokens answer = Answer(2'000, 1'000);
  answer.told_prompt = 2'000;
  fit.Note(answer, true);
  EXPECT_EQ(fit.factor(), 1);
}

// A worker that is asked again for one of so many prompts of 40 blocks, each time at random, and
// whose KV cache really holds `real` blocks while it is assumed to hold 4,000.
double FitOf(int64_t real, uint64_t prompts) {
  const auto assumed = std::make_shared<PrefixIndex>(), engine = std::make_shared<PrefixIndex>();
  const auto holder = assumed->NewHolder(), memory = engine->NewHolder();
  holder->SetCapacity(4'000);
  memory->SetCapacity(real);
  base::SplitMix random(1);
  PrefixMatches matches;
  for (int i = 0; i < 5'000; ++i) {
    std::vector<uint64_t> chain(40);
    base::SplitMix prompt(random.Next() % prompts + 1);
    std::generate(chain.begin(), chain.end(), [&prompt] { return prompt.Next(); });
    assumed->Match(chain, &matches);
    CachedTokens tokens = Answer(100.0 * matches.BlocksOf(holder->id()), 0);
    holder->Insert(chain, &tokens.lately);
    tokens.told = std::min(3'999.0, 100.0 * memory->Insert(chain));
    holder->NoteCached(tokens);
  }
  return static_cast<double>(holder->capacity());
}

TEST(KvFit, FindsWhatAWorkerReallyHolds) {
  EXPECT_NEAR(FitOf(1'000, 500), 1'000, 300);
  EXPECT_NEAR(FitOf(4'000, 500), 4'000, 800);
  EXPECT_NEAR(FitOf(12'000, 500), 12'000, 3'000);
}

TEST(KvFit, LeavesACapacityThatIsNeverReached) { EXPECT_EQ(FitOf(12'000, 50), 4'000); }

}  // namespace
}  // namespace banto::upstream
