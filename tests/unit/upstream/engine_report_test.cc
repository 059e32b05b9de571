#include "proxy/upstream/engine_report.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/upstream/fleet.h"

namespace banto::upstream {
namespace {

struct EngineReportTest : testing::Test {
  const WorkerPtr worker = MakeWorker({"a"});
  WorkerState& state = *worker->state;
  EngineReport report;

  int64_t HeldAfter(size_t blocks) {
    std::vector<uint64_t> chain;
    for (uint64_t i = 0; i < blocks; ++i) chain.push_back(i * 0x9E3779B97F4A7C15U + 1);
    state.prefixes()->Insert(chain);
    return state.prefixes()->held();
  }
};

TEST_F(EngineReportTest, VllmsCacheIsAsLargeAsItSays) {
  report.OnLoad({.kv_tokens = 6'400}, &state);
  EXPECT_LE(HeldAfter(1'000), 125);
  EXPECT_GT(state.prefixes()->held(), 100);
}

TEST_F(EngineReportTest, LlamaCppsCacheIsItsSlots) {
  health::EngineFacts facts;
  facts.kind = api::WorkerKind::kLlamaCpp;
  facts.slots = 4;
  facts.slot_tokens = 1'600;
  report.OnFacts(facts, &state);
  EXPECT_LE(HeldAfter(1'000), 125);
}

TEST_F(EngineReportTest, OllamasIsAssumedToBeSmall) {
  health::EngineFacts facts;
  facts.kind = api::WorkerKind::kOllama;
  report.OnFacts(facts, &state);
  EXPECT_LE(HeldAfter(5'000), 640);
}

TEST_F(EngineReportTest, ARestartEmptiesTheCache) {
  report.OnLoad({.started_s = 100}, &state);
  EXPECT_EQ(HeldAfter(50), 50);
  report.OnLoad({.started_s = 100}, &state);
  EXPECT_EQ(state.prefixes()->held(), 50);
  report.OnLoad({.started_s = 200}, &state);
  EXPECT_EQ(state.prefixes()->held(), 0);
}

TEST_F(EngineReportTest, AWorkerThatIsDownLosesItsCache) {
  HeldAfter(50);
  EngineReport::OnVerdict(health::Verdict::kHealthy, &state);
  EXPECT_EQ(state.prefixes()->held(), 50);
  EngineReport::OnVerdict(health::Verdict::kUnhealthy, &state);
  EXPECT_EQ(state.prefixes()->held(), 0);
}

TEST_F(EngineReportTest, RequestsPastUsCountOnceTheyAreSeenTwice) {
  const InFlight ours = TakeWith(worker, 10, nullptr);
  report.OnLoad({.running = 5, .waiting = 2}, &state);
  EXPECT_EQ(state.past_us(), 0);
  report.OnLoad({.running = 4, .waiting = 0}, &state);
  EXPECT_EQ(state.past_us(), 3);
  report.OnLoad({.running = 1, .waiting = 0}, &state);
  EXPECT_EQ(state.past_us(), 0);
}

TEST_F(EngineReportTest, AbsurdFiguresAreNotBelieved) {
  for (int i = 0; i < 2; ++i) report.OnLoad({.running = 1e308, .kv_tokens = 1e300}, &state);
  EXPECT_GT(state.past_us(), 0);
  EXPECT_LE(state.past_us(), 256);
  EXPECT_EQ(HeldAfter(5'000), 5'000);
}

TEST_F(EngineReportTest, WhatIsNotReportedAnyMoreIsNotTrueAnyMore) {
  for (int i = 0; i < 2; ++i) report.OnLoad({.running = 30}, &state);
  EXPECT_EQ(state.past_us(), 30);
  report.OnLoad({}, &state);
  EXPECT_EQ(state.past_us(), 0);
}

TEST_F(EngineReportTest, TwoPodsBehindOneAddressDoNotEmptyTheCacheInTurn) {
  report.OnLoad({.started_s = 200}, &state);
  HeldAfter(50);
  report.OnLoad({.started_s = 100}, &state);
  report.OnLoad({.started_s = 200}, &state);
  EXPECT_EQ(state.prefixes()->held(), 50);
}

}  // namespace
}  // namespace banto::upstream
