#include "perf/simulator/replay.h"

#include <gtest/gtest.h>

#include "perf/simulator/report.h"

namespace banto::perf {
namespace {

EngineCosts Costs() {
  EngineCosts costs;
  costs.step_ms = 10;
  costs.per_prompt_token_us = 1000;
  costs.kv_tokens = 100'000;
  return costs;
}

TracedRequest Request(double at_ms, int64_t prompt_tokens, uint64_t piece) {
  TracedRequest request;
  request.at_ms = at_ms;
  request.prompt_tokens = prompt_tokens;
  request.output_tokens = 3;
  request.pieces = {piece};
  return request;
}

TEST(Replay, ALoneRequestTakesItsPromptAndItsSteps) {
  const ReplayResult result =
      Replay({Request(0, 100, 1)}, {Costs(), Costs()}, conf::Policy::kRoundRobin).Run();
  ASSERT_EQ(result.first_token_ms.size(), 1u);
  EXPECT_DOUBLE_EQ(result.first_token_ms[0], 110);
  EXPECT_DOUBLE_EQ(result.between_ms[0], 10);
  EXPECT_DOUBLE_EQ(result.lasted_ms, 130);
  EXPECT_DOUBLE_EQ(result.busy_ms[0] + result.busy_ms[1], 130);
}

TEST(Replay, RoundRobinSpreadsThemAndOneWorkerQueuesThem) {
  const Trace trace = {Request(0, 500, 1), Request(1, 500, 2)};
  EXPECT_DOUBLE_EQ(
      Mean(Replay(trace, {Costs(), Costs()}, conf::Policy::kRoundRobin).Run().first_token_ms), 510);
  EXPECT_GT(Mean(Replay(trace, {Costs()}, conf::Policy::kRoundRobin).Run().first_token_ms), 700);
}

TEST(Replay, ARepeatedPromptIsFoundInMemory) {
  const Trace trace = {Request(0, 500, 1), Request(10'000, 500, 1)};
  const ReplayResult result = Replay(trace, {Costs()}, conf::Policy::kLeastLoaded).Run();
  EXPECT_EQ(result.cached_tokens, 448);  // seven blocks of 64
  EXPECT_DOUBLE_EQ(result.first_token_ms[1], 10 + 52);
}

TEST(Replay, WhoThinksBeginsAfterItsSessionsLastAnswer) {
  Trace trace = {Request(0, 100, 1), Request(0, 100, 2)};
  trace[0].session = trace[1].session = 7;
  trace[1].think_ms = 1000;
  const ReplayResult result = Replay(trace, {Costs()}, conf::Policy::kLeastLoaded).Run();
  EXPECT_DOUBLE_EQ(result.lasted_ms, 130 + 1000 + 130);
}

TEST(Replay, WhatNoWorkerCanHoldIsCountedAndLeftOut) {
  const ReplayResult result =
      Replay({Request(0, 200'000, 1), Request(0, 10, 2)}, {Costs()}, conf::Policy::kRandom).Run();
  EXPECT_EQ(result.too_long, 1);
  EXPECT_EQ(result.first_token_ms.size(), 1u);
}

TEST(Report, AQuantileIsTheSmallestValueThatTheShareDoesNotExceed) {
  EXPECT_EQ(Quantile({4, 1, 3, 2}, 0.5), 2);
  EXPECT_EQ(Quantile({4, 1, 3, 2}, 0.99), 4);
  EXPECT_EQ(Quantile({}, 0.5), 0);
  EXPECT_EQ(Mean({1, 2, 6}), 3);
}

}  // namespace
}  // namespace banto::perf
