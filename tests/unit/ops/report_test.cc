#include "proxy/ops/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proxy/ops/break_even.h"
#include "proxy/ops/readable.h"
#include "proxy/ops/report_json.h"
#include "proxy/ops/report_remarks.h"
#include "proxy/ops/report_text.h"

namespace banto::ops {
namespace {

using Json = nlohmann::json;
constexpr int64_t kDayMs = kMonthMs / 30;
constexpr int64_t kNowMs = 1'793'491'200'000 + 30 * kDayMs;  // 2026-12-01
const std::string kFirst = "2026-11-01T00:00:00.000Z", kLast = "2026-12-01T00:00:00.000Z";

std::string Line(const std::string& at, const std::string& members,
                 const std::string& cache = "miss") {
  return R"({"ts":")" + at + R"(","status":200,"attempts":[],"cache":")" + cache + "\"" +
         (members.empty() ? "" : "," + members) + "}";
}

// Tokens answered at home, compared with prices of 1 and 5 a million (Claude Haiku 4.5).
std::string AtHaiku(const std::string& at, double input, double output) {
  const double avoided = (input * 1 + output * 5) / 1e6;
  return Line(at, "\"model\":\"qwen\",\"worker\":\"gpu1\",\"input_tokens\":" +
                      std::to_string(input) + ",\"output_tokens\":" + std::to_string(output) +
                      ",\"avoided\":" + std::to_string(avoided));
}

Report ReportOf(const std::vector<std::string>& lines, std::optional<int64_t> since_ms = {}) {
  ReportBuilder builder(since_ms);
  for (const std::string& line : lines) builder.AddLine(line);
  return builder.Finish(kNowMs);
}

std::string TextOf(const Report& report, double fixed_month) {
  return ReportText(report, BreakEvenOf(report, fixed_month));
}

bool Says(const std::string& text, std::string_view words) { return text.find(words) != text.npos; }

TEST(Report, TheArticlesTable_200AMonthAre40MillionTokensOfAnswersAtHaikusPrices) {
  struct Row {
    double input, output, tokens_month;
  };
  // The more of the tokens are prompts, the later: "40 M+".
  for (const Row& row : {Row{0, 1e6, 40e6}, Row{1e6, 1e6, 200 / 3.0 * 1e6}, Row{3e6, 1e6, 100e6},
                         Row{1e6, 0, 200e6}}) {
    const Report report = ReportOf({AtHaiku(kFirst, 0, 0), AtHaiku(kLast, row.input, row.output)});
    const BreakEven even = BreakEvenOf(report, 200);
    EXPECT_NEAR(even.tokens_month.value(), row.tokens_month, 1);
  }
}

TEST(Report, ExactlyTheTokensOfTheBreakEvenReachIt) {
  const Report report = ReportOf({AtHaiku(kFirst, 0, 40e6), AtHaiku(kLast, 0, 0)});
  const BreakEven even = BreakEvenOf(report, 200);
  EXPECT_DOUBLE_EQ(even.reached.value(), 1);
  EXPECT_DOUBLE_EQ(even.avoided, 200);
  EXPECT_DOUBLE_EQ(even.fixed_period, 200);
  EXPECT_TRUE(Says(TextOf(report, 200),
                   "break-even: 40.0 M tokens a month at this mix (5.00 a million); this period is "
                   "at 40.0 M a month: 100 %\n"));
}

TEST(Report, APartOfAMonthIsScaledToOne) {
  const std::string tenth = "2026-11-11T00:00:00.000Z";
  const Report report = ReportOf({AtHaiku(kFirst, 0, 4.1e6), AtHaiku(tenth, 0, 0)});
  const std::string text = TextOf(report, 200);
  EXPECT_TRUE(Says(text, "2026-11-01 00:00 to 2026-11-11 00:00 UTC, 10.00 days\n")) << text;
  EXPECT_TRUE(Says(text, "fixed cost: 200.00 a month, 66.67 for this period\n")) << text;
  EXPECT_TRUE(Says(text, "this period is at 12.3 M a month: 31 %\n")) << text;
}

TEST(Report, ALogOfOneMomentHasABreakEvenAndNoRate) {
  const std::string text = TextOf(ReportOf({AtHaiku(kFirst, 0, 1e6)}), 200);
  EXPECT_TRUE(Says(text, "break-even: 40.0 M tokens a month at this mix (5.00 a million)\n"))
      << text;
}

TEST(Report, WhatTheSameAnswersCostHereIsNotAvoided) {
  const Report report = ReportOf({
      Line(kFirst, R"("output_tokens":1000000,"avoided":5,"cost":1)"),
      Line(kLast, R"("output_tokens":1000000,"cost":7)"),  // nobody says what else it would cost
  });
  const BreakEven even = BreakEvenOf(report, 200);
  EXPECT_DOUBLE_EQ(even.tokens_month.value(), 50e6);
  const std::string text = TextOf(report, 200);
  EXPECT_TRUE(Says(text, "avoided in it: 5.00; the same answers cost 1.00 here\n")) << text;
  EXPECT_TRUE(Says(text,
                   "\n1.0 M tokens are not in it: nothing says what they would have cost "
                   "outside\n"))
      << text;
}

TEST(Report, WhatTheCacheAvoidedIsToldApart) {
  const Report report = ReportOf({
      Line(kFirst, R"("output_tokens":1000000,"avoided":5)"),
      Line(kLast, R"("output_tokens":500000,"avoided":2.5)", "hit"),
  });
  EXPECT_TRUE(Says(TextOf(report, 200), "avoided in it: 7.50, 2.50 of it by the cache\n"));
  EXPECT_EQ(Json::parse(ReportJson(report, BreakEvenOf(report, 200)))["break_even"],
            Json::parse(R"({"fixed_cost_month":200.0,"fixed_cost_period":200.0,"avoided":7.5,
                            "cache_avoided":2.5,"own_cost":0.0,"per_million_tokens":5.0,
                            "tokens_month":40000000.0,"tokens_month_now":1500000.0,
                            "reached":0.0375})"));
}

TEST(Report, WithoutAReferencePriceThereIsNoBreakEvenAndItSaysWhy) {
  const Report report = ReportOf({Line(kFirst, R"("output_tokens":5)"), Line(kLast, "")});
  const std::string text = TextOf(report, 200);
  EXPECT_TRUE(Says(text,
                   "break-even: none: no line says what its tokens would have cost outside; "
                   "give [[models]] a reference_price\n"))
      << text;
  EXPECT_FALSE(Json::parse(ReportJson(report, BreakEvenOf(report, 200)))["break_even"].contains(
      "tokens_month"));
}

TEST(Report, WhereTokensCostNoLessHereNothingBreaksEven) {
  const Report dear = ReportOf({Line(kFirst, R"("output_tokens":5,"avoided":1,"cost":2)")});
  EXPECT_TRUE(Says(TextOf(dear, 200),
                   "break-even: none: by these prices the tokens cost no less "
                   "here than outside\n"));
  const Report free = ReportOf({Line(kFirst, R"("output_tokens":5,"avoided":0)")});
  EXPECT_TRUE(Says(TextOf(free, 200),
                   "break-even: none: by these prices the tokens cost nothing outside\n"));
}

TEST(Report, EachTableHasAllRequestsAndTheCacheIsAWorker) {
  const std::string tokens = R"("input_tokens":10,"cached_tokens":4,"output_tokens":2)";
  const Report report = ReportOf({
      Line(kFirst, R"("model":"a","worker":"gpu1","key":"x","cost":1,)" + tokens),
      Line(kFirst, R"("model":"a","worker":"gpu1","key":"x","avoided":3,)" + tokens, "hit"),
      Line(kFirst, R"("model":"b","worker":"gpu2","key":"y","cost":2,)" + tokens),
      Line(kLast, R"("model":"a")"),
      Line(kLast, ""),
  });
  const Json json = Json::parse(ReportJson(report, std::nullopt));
  EXPECT_EQ(json["models"], Json::parse(R"json([
    {"name":"a","requests":3,"from_cache":1,"input_tokens":20,"cached_tokens":8,"output_tokens":4,
     "cost":1.0,"avoided":3.0},
    {"name":"(none)","requests":1,"from_cache":0,"input_tokens":0,"cached_tokens":0,
     "output_tokens":0
},
    {"name":"b","requests":1,"from_cache":0,"input_tokens":10,"cached_tokens":4,"output_tokens":2,
     "cost":2.0}])json"));
  const auto requests = [](const Json& rows) {
    std::map<std::string, int> by_name;
    for (const Json& row : rows) by_name[row["name"]] = row["requests"];
    return by_name;
  };
  using Counts = std::map<std::string, int>;
  EXPECT_EQ(requests(json["workers"]),
            (Counts{{"gpu1", 1}, {"gpu2", 1}, {"(cache)", 1}, {"(none)", 2}}));
  EXPECT_EQ(requests(json["keys"]), (Counts{{"x", 2}, {"y", 1}}));
  EXPECT_EQ(json["sum"]["requests"], 5);
  EXPECT_EQ(json["sum"]["input_tokens"], 30);
  EXPECT_EQ(json["sum"]["cost"], 3.0);
  EXPECT_EQ(json["from"], kFirst);
  EXPECT_EQ(json["to"], kLast);
}

TEST(Report, TextHasTheSameTablesAlignedInPlainAscii) {
  const Report report = ReportOf({
      Line(kFirst, R"("model":"qwen3-8b","worker":"gpu1","input_tokens":12300000,"cost":0.5)"),
      Line(kLast, R"("model":"m","worker":"gpu1","output_tokens":50,"avoided":0.0012)", "hit"),
  });
  EXPECT_EQ(ReportText(report, std::nullopt),
            "2026-11-01 00:00 to 2026-12-01 00:00 UTC, 30.00 days\n"
            "\n"
            "model     requests  from cache  prompt  cached  answer  cost  avoided\n"
            "m                1   1 (100 %)       0       0      50     -   0.0012\n"
            "qwen3-8b         1           0  12.3 M       0       0  0.50        -\n"
            "\n"
            "worker    requests  from cache  prompt  cached  answer  cost  avoided\n"
            "(cache)          1   1 (100 %)       0       0      50     -   0.0012\n"
            "gpu1             1           0  12.3 M       0       0  0.50        -\n"
            "\n"
            "sum              2    1 (50 %)  12.3 M       0      50  0.50   0.0012\n");
}

TEST(Report, LinesBeforeSinceAreInNoSum) {
  const int64_t since_ms = kNowMs - 10 * kDayMs;
  const Report report =
      ReportOf({AtHaiku(kFirst, 0, 1e6), AtHaiku("2026-11-30T00:00:00Z", 0, 4e6)}, since_ms);
  EXPECT_EQ(report.sum.output_tokens, 4'000'000u);
  EXPECT_EQ(report.earlier_lines, 1u);
  EXPECT_EQ(report.from_ms, since_ms);
  EXPECT_EQ(report.to_ms, kNowMs);
  EXPECT_TRUE(ReportRemarks(report).empty());
  EXPECT_DOUBLE_EQ(BreakEvenOf(report, 200).tokens_month_now.value(), 12e6);
}

TEST(Report, ALogThatBeginsLaterThanSinceIsSaidSoAndThePeriodBeginsThere) {
  const Report report = ReportOf({AtHaiku(kFirst, 0, 40e6), AtHaiku("2026-11-30T00:00:00Z", 0, 0)},
                                 kNowMs - 90 * kDayMs);
  EXPECT_EQ(ReportRemarks(report).at(0),
            "the log begins at 2026-11-01 00:00 UTC, and so does the period");
  EXPECT_DOUBLE_EQ(BreakEvenOf(report, 200).reached.value(), 1);
}

TEST(Report, ALogThatEndsLongAgoIsSaidSo) {
  const Report report = ReportOf({AtHaiku("2026-11-20T12:00:00Z", 0, 1)}, kNowMs - 30 * kDayMs);
  const std::vector<std::string> remarks = ReportRemarks(report);
  EXPECT_EQ(remarks.back(), "the log ends at 2026-11-20 12:00 UTC");
}

TEST(Report, WhatWasSkippedIsCounted) {
  ReportBuilder builder(std::nullopt);
  for (const char* line : {R"({"ts":"2026-11-01T00:00:00Z","level":"info","msg":"m"})", "{\"ts\":",
                           "rubbish", "2026-01-02T03:04:05.678Z 200 POST /v1/embeddings out=5"}) {
    builder.AddLine(line);
  }
  builder.AddLongLine();
  builder.AddLine(Line(kFirst, R"("input_tokens":-5,"cost":1e308)"));
  EXPECT_EQ(ReportRemarks(builder.Finish(kNowMs)),
            (std::vector<std::string>{
                "1 line is in the text format, which has no prompt tokens and no money: log.format "
                "= \"json\"",
                "3 lines were no access lines", "1 line was too long to be one",
                "2 values that no exchange can have are left out"}));
}

TEST(Report, NothingAtAllIsNoRequests) {
  for (const std::optional<int64_t> since_ms : {std::optional<int64_t>(), std::optional(kNowMs)}) {
    const Report report = ReportOf({}, since_ms);
    EXPECT_TRUE(TextOf(report, 200).ends_with("\n\nno requests\n")) << TextOf(report, 200);
    EXPECT_EQ(Json::parse(ReportJson(report, BreakEvenOf(report, 200)))["sum"]["requests"], 0);
  }
}

TEST(Report, NamesBeyondTheBoundAreOneRow) {
  ReportBuilder builder(std::nullopt);
  for (int i = 0; i < 5000; ++i) {
    builder.AddLine(Line(kFirst, "\"model\":\"m" + std::to_string(i) + "\""));
  }
  const Report report = builder.Finish(kNowMs);
  EXPECT_EQ(report.models.size(), ReportBuilder::kNamesMax + 1);
  EXPECT_EQ(report.models.back().name, "(other)");
  EXPECT_EQ(report.models.back().sums.requests, 4000u);
  const std::string text = ReportText(report, std::nullopt);
  EXPECT_TRUE(Says(text, "\n(971 more)      4970 ")) << text;
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 50);
}

TEST(Report, NoNameReachesATerminalRaw) {
  const Report report = ReportOf({Line(
      kFirst, "\"model\":\"\\u001b[2J\\u0000\\u007f\xC2\x9B\xE2\x80\xAE\xF0\x9F\x98\x80\\\\\"")});
  for (const std::string& text :
       {ReportText(report, std::nullopt), ReportJson(report, std::nullopt)}) {
    for (const char c : text) EXPECT_TRUE((c >= 0x20 && c < 0x7F) || c == '\n') << text;
  }
  EXPECT_EQ(Json::parse(ReportJson(report, std::nullopt))["models"][0]["name"],
            std::string("\x1b[2J\0\x7f\xC2\x9B\xE2\x80\xAE\xF0\x9F\x98\x80\\", 16));
}

TEST(Report, HugeSumsStayNumbers) {
  ReportBuilder builder(std::nullopt);
  const std::string line = Line(
      kFirst, R"("input_tokens":1e9,"output_tokens":1000000000,"cost":1e9,"avoided":999999999)");
  for (int i = 0; i < 100'000; ++i) builder.AddLine(line);
  const Report report = builder.Finish(kNowMs);
  EXPECT_EQ(report.sum.input_tokens, 100'000'000'000'000u);
  const Json json = Json::parse(ReportJson(report, BreakEvenOf(report, 1e12)));
  EXPECT_DOUBLE_EQ(json["sum"]["cost"], 1e14);
}

TEST(Readable, CountsHaveAUnitAndThreeDigitsOrSo) {
  EXPECT_EQ(ReadableCount(0), "0");
  EXPECT_EQ(ReadableCount(9999), "9999");
  EXPECT_EQ(ReadableCount(9999.6), "10.0 k");
  EXPECT_EQ(ReadableCount(999'949), "999.9 k");
  EXPECT_EQ(ReadableCount(999'950), "1.0 M");
  EXPECT_EQ(ReadableCount(12.3e6), "12.3 M");
  EXPECT_EQ(ReadableCount(1.2e9), "1.2 G");
}

TEST(Readable, SmallAmountsKeepTwoDigits) {
  EXPECT_EQ(ReadableAmount(0), "0.00");
  EXPECT_EQ(ReadableAmount(1234.5), "1234.50");
  EXPECT_EQ(ReadableAmount(0.1), "0.10");
  EXPECT_EQ(ReadableAmount(0.012), "0.012");
  EXPECT_EQ(ReadableAmount(0.00125), "0.0013");
  EXPECT_EQ(ReadableAmount(1e-12), "0.000000000");
  EXPECT_EQ(ReadableAmount(-0.5), "-0.50");
  EXPECT_EQ(ReadablePercent(0.31), "31 %");
  EXPECT_EQ(ReadablePercent(0.004), "0.4 %");
  EXPECT_EQ(ReadableName("a\x1b\\ b", 40), "a\\x1b\\x5c b");
  EXPECT_EQ(ReadableName(std::string(100, 'x'), 10), "xxxxxxx...");
}

}  // namespace
}  // namespace banto::ops
