#include "proxy/ops/logged_line.h"

#include <gtest/gtest.h>

#include "proxy/ops/access_log.h"
#include "proxy/ops/log_time.h"
#include "tests/unit/ops/record_kit.h"

namespace banto::ops {
namespace {

// An access line with these further members.
std::string With(const std::string& members) {
  return R"({"ts":"2026-11-01T00:00:00.000Z","status":200,"cache":"miss")" +
         (members.empty() ? "" : "," + members) + "}";
}

TEST(LoggedLine, WhatTheAccessLogWritesIsReadBack) {
  std::string text;
  AppendAccessLine(StreamedChat(), conf::Log::Format::kJson, &text);
  LoggedLine line;
  ASSERT_EQ(ReadLoggedLine(text, &line), LineKind::kAccess);
  EXPECT_EQ(line.at_ms, StreamedChat().started_unix_us / 1000);
  EXPECT_EQ(line.model, "llama3");
  EXPECT_EQ(line.worker, "gpu1");
  EXPECT_EQ(line.cache, "miss");
  EXPECT_EQ(line.input_tokens, 11u);
  EXPECT_EQ(line.output_tokens, 101u);
  EXPECT_EQ(line.cached_tokens, std::nullopt);
  EXPECT_TRUE(line.attempted);
}

TEST(LoggedLine, ALineWithoutTokensOrPricesIsOneToo) {
  std::string text;
  AppendAccessLine(ExchangeRecord(), conf::Log::Format::kJson, &text);
  LoggedLine line;
  EXPECT_EQ(ReadLoggedLine(text, &line), LineKind::kAccess);
  EXPECT_EQ(line.cost, std::nullopt);
  EXPECT_EQ(line.values_refused, 0);
}

TEST(LoggedLine, NothingIsLeftOfTheLineBefore) {
  LoggedLine line;
  ReadLoggedLine(With(R"("model":"m","key":"k","worker":"w","cost":1,"avoided":2,"attempts":[],
                         "input_tokens":-1,"output_tokens":1,"cached_tokens":1)"),
                 &line);
  ASSERT_EQ(ReadLoggedLine(With(""), &line), LineKind::kAccess);
  EXPECT_EQ(line.model + line.key + line.worker, "");
  EXPECT_FALSE(line.attempted || line.cost || line.avoided || line.cached_tokens);
  EXPECT_FALSE(line.input_tokens || line.output_tokens || line.values_refused > 0);
}

TEST(LoggedLine, TextLinesAreKnown) {
  std::string text;
  AppendAccessLine(StreamedChat(), conf::Log::Format::kText, &text);
  LoggedLine line;
  EXPECT_EQ(ReadLoggedLine(text, &line), LineKind::kTextAccess);
  EXPECT_EQ(ReadLoggedLine("2026-01-02T03:04:05.678Z worker gpu1 is healthy", &line),
            LineKind::kOther);
}

TEST(LoggedLine, EventsHalvesAndRubbishAreNoAccessLines) {
  LoggedLine line;
  const std::string whole = With(R"("model":"m")");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(ReadLoggedLine(whole.substr(0, size), &line), LineKind::kOther) << size;
  }
  for (const char* text :
       {R"({"ts":"2026-11-01T00:00:00.000Z","level":"info","msg":"x"})", "[1,2]", "null", "{}",
        R"({"ts":"yesterday","status":200,"cache":"hit"})", "\x1b[2J", "{\"a\":\x01}"}) {
    EXPECT_EQ(ReadLoggedLine(text, &line), LineKind::kOther) << text;
  }
  EXPECT_EQ(ReadLoggedLine(whole + whole, &line), LineKind::kOther);
  EXPECT_EQ(ReadLoggedLine(With("\"x\":" + std::string(100'000, '[')), &line), LineKind::kOther);
}

TEST(LoggedLine, ValuesThatNoExchangeCanHaveAreRefused) {
  LoggedLine line;
  for (const char* value : {"-1", "1e308", "1e999", "-0.5", "\"NaN\"", "\"12\"", "null", "true",
                            "1e10", "99999999999999999999999", "[1]", "{}"}) {
    const std::string said(value);
    ReadLoggedLine(With("\"input_tokens\":" + said + ",\"cost\":" + said), &line);
    EXPECT_EQ(line.input_tokens, std::nullopt) << value;
    EXPECT_EQ(line.cost, std::nullopt) << value;
    EXPECT_EQ(line.values_refused, 2) << value;
  }
}

TEST(LoggedLine, AnAmountMayBeWrittenWithAnExponent) {
  LoggedLine line;
  ReadLoggedLine(With(R"("cost":1.25e-3,"avoided":0,"input_tokens":1e3)"), &line);
  EXPECT_EQ(line.cost, 0.00125);
  EXPECT_EQ(line.avoided, 0.0);
  EXPECT_EQ(line.input_tokens, 1000u);
}

TEST(LoggedLine, ANameIsDecodedAndBounded) {
  LoggedLine line;
  ReadLoggedLine(With(R"("model":"a\"b\u001b","worker":")" + std::string(5000, 'w') + "\""), &line);
  EXPECT_EQ(line.model, "a\"b\x1b");
  EXPECT_EQ(line.worker.size(), 256u);
}

TEST(LoggedLine, WhoSharedAnAnswerThatAnotherPaidForIsServedByTheCache) {
  LoggedLine line;
  line.cache = "shared";
  EXPECT_TRUE(line.from_cache());
  line.attempted = true;
  EXPECT_FALSE(line.from_cache());
  line.cache = "hit";
  EXPECT_TRUE(line.from_cache());
  line.cache = "bypass";
  EXPECT_FALSE(line.from_cache());
}

TEST(LogTime, DatesAndTimesAreReadInUtc) {
  constexpr int64_t kNovember = 1'793'491'200'000;
  EXPECT_EQ(ReadTimeMs("2026-11-01"), kNovember);
  EXPECT_EQ(ReadTimeMs("2026-11-01T00:01"), kNovember + 60'000);
  EXPECT_EQ(ReadTimeMs("2026-11-01 00:00:02"), kNovember + 2000);
  EXPECT_EQ(ReadTimeMs("2026-11-01T00:00:00.0015Z"), kNovember + 1);
  EXPECT_EQ(ReadTimeMs("1970-01-01T00:00:00.000Z"), 0);
  EXPECT_EQ(ShortTime(kNovember + 61'999), "2026-11-01 00:01");
}

TEST(LogTime, WhatIsNoTimeIsNone) {
  for (const char* text : {"", "2026", "2026-11", "2026-13-01", "2026-02-29", "2026-11-01T",
                           "2026-11-01T24:00", "2026-11-01T00:60", "2026-11-01T00:00:00+02:00",
                           "01.11.2026", "2026-11-01x", "-026-11-01", "2026-11-01T00:00:00.Zz"}) {
    EXPECT_EQ(ReadTimeMs(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace banto::ops
