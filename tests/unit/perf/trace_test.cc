#include "perf/trace/trace.h"

#include <gtest/gtest.h>

#include <string>

#include "perf/engine/text_chain.h"
#include "perf/trace/access_log_reader.h"
#include "perf/trace/utc_time.h"

namespace banto::perf {
namespace {

TEST(TextChain, EqualBeginningsHaveEqualHashesHoweverTheTextIsCut) {
  const std::string text(1000, 'a');
  TextChain whole, cut, other;
  whole.Add(text);
  for (size_t at = 0; at < text.size(); at += 7) cut.Add(text.substr(at, 7));
  other.Add(text.substr(0, 600) + 'b' + text.substr(601));
  const auto a = whole.Take(), b = cut.Take(), c = other.Take();
  ASSERT_EQ(a.size(), 3u);
  EXPECT_EQ(a, b);
  EXPECT_EQ(a[1], c[1]);
  EXPECT_NE(a[2], c[2]);
  EXPECT_NE(a[0], a[1]);
}

TEST(Trace, AMooncakeLineIsARequestWithItsPieces) {
  Trace trace;
  ASSERT_TRUE(ReadMooncakeLine(
      R"({"timestamp": 3000, "input_length": 1030, "output_length": 50, "hash_ids": [0, 7, 8]})",
      &trace));
  EXPECT_EQ(trace[0].at_ms, 3000);
  EXPECT_EQ(trace[0].prompt_tokens, 1030);
  EXPECT_EQ(trace[0].output_tokens, 50);
  EXPECT_EQ(trace[0].pieces, (std::vector<uint64_t>{0, 7, 8}));
  EXPECT_FALSE(ReadMooncakeLine(R"({"timestamp": 3000})", &trace));
}

TEST(Trace, AnAzureLineIsARequestOfItsOwn) {
  Trace trace;
  ASSERT_TRUE(ReadAzureLine("2023-11-16 18:15:46.6805900,374,44", &trace));
  ASSERT_TRUE(ReadAzureLine("2023-11-16 18:15:50.9951690,396,109", &trace));
  EXPECT_NEAR(trace[1].at_ms - trace[0].at_ms, 4314.579, 0.01);
  EXPECT_EQ(trace[0].prompt_tokens, 374);
  EXPECT_EQ(trace[1].output_tokens, 109);
  EXPECT_FALSE(ReadAzureLine("yesterday,1,2", &trace));
}

TEST(Trace, RequestsOfOneTickAreSpreadUntilTheNext) {
  Trace trace(4);
  trace[3].at_ms = 3000;
  SpreadTies(1, &trace);
  EXPECT_LT(trace[0].at_ms, trace[1].at_ms);
  EXPECT_LT(trace[1].at_ms, trace[2].at_ms);
  EXPECT_LT(trace[2].at_ms, 3000);
  EXPECT_EQ(trace[3].at_ms, 3000);
}

TEST(Trace, EqualPiecesAreEqualBlocksAsFarAsThePromptsAreWhole) {
  TracedRequest one, other;
  one.prompt_tokens = 1024;
  one.pieces = {5, 6};
  other.prompt_tokens = 700;
  other.pieces = {5, 9};
  const auto a = ChainOf(one), b = ChainOf(other);
  ASSERT_EQ(a.size(), 16u);
  ASSERT_EQ(b.size(), 10u);
  EXPECT_EQ(a[7], b[7]);
  EXPECT_NE(a[8], b[8]);
}

std::string LogLine(const std::string& members) {
  return R"({"ts":"2026-11-29T14:57:42.123Z","status":200,"bytes_in":4000,"worker":"gpu1",)"
         R"("cache":"miss","attempts":[{"worker":"gpu1","result":"ok","ms":1.5}])" +
         members + "}";
}

TEST(AccessLog, ALineHasItsTimeItsTokensAndItsPrefix) {
  AccessLogReader log;
  Trace trace;
  ASSERT_TRUE(log.ReadLine(
      LogLine(R"(,"input_tokens":1500,"output_tokens":20,"prefix":["a1","b2"])"), &trace));
  ASSERT_TRUE(
      log.ReadLine(LogLine(R"(,"input_tokens":900,"output_tokens":3,"prefix":["a1"])"), &trace));
  EXPECT_EQ(trace[0].prompt_tokens, 1500);
  EXPECT_EQ(trace[0].output_tokens, 20);
  ASSERT_EQ(trace[0].pieces.size(), 2u);
  EXPECT_EQ(trace[0].pieces[0], trace[1].pieces[0]);
  EXPECT_EQ(log.Remarks(), "");
}

TEST(AccessLog, WhatASessionAsksBeginsAsWhatItAskedBefore) {
  AccessLogReader log;
  Trace trace;
  for (const char* members : {R"(,"input_tokens":1000,"output_tokens":2,"session":"x")",
                              R"(,"input_tokens":1500,"output_tokens":2,"session":"x")",
                              R"(,"input_tokens":1500,"output_tokens":2,"session":"y")"}) {
    ASSERT_TRUE(log.ReadLine(LogLine(members), &trace));
  }
  EXPECT_EQ(trace[0].pieces[1], trace[1].pieces[1]);
  EXPECT_NE(trace[0].pieces[0], trace[2].pieces[0]);
}

TEST(AccessLog, WhatIsMissingIsGuessedAndSaid) {
  AccessLogReader log;
  Trace trace;
  ASSERT_TRUE(log.ReadLine(LogLine(R"(,"frames":12)"), &trace));
  EXPECT_EQ(trace[0].prompt_tokens, 1000);
  EXPECT_EQ(trace[0].output_tokens, 12);
  EXPECT_NE(log.Remarks().find("1 without token counts"), std::string::npos);
  EXPECT_NE(log.Remarks().find("1 without prefix"), std::string::npos);
}

TEST(AccessLog, AnswersFromMemoryAreLeftOut) {
  AccessLogReader log;
  Trace trace;
  ASSERT_TRUE(log.ReadLine(
      R"({"ts":"2026-11-29T14:57:42.123Z","worker":"gpu1","cache":"hit","input_tokens":5})",
      &trace));
  ASSERT_TRUE(log.ReadLine(R"({"ts":"2026-11-29T14:57:42.123Z","status":503})", &trace));
  EXPECT_TRUE(trace.empty());
  EXPECT_FALSE(log.ReadLine(R"({"level":"info"})", &trace));
  EXPECT_NE(log.Remarks().find("2 reached no worker"), std::string::npos);
}

}  // namespace
}  // namespace banto::perf
