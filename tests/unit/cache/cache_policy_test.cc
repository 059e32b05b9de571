#include "cache/cache_policy.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto::cache {
namespace {

RequestDirectives Asked(const std::string& fields) {
  http::RequestHead head;
  const std::string in = "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
  EXPECT_EQ(http::ParseRequestHead(in, 0, {}, &head).status, http::ParseStatus::kDone) << in;
  return ReadRequestDirectives(head);
}

constexpr Arrival kNow = {1'000'000'000'000, 0};

Keeping Judged(const std::string& fields, MadeBy made_by = MadeBy::kEngine,
               bool needs_freshness = false, Arrival arrival = kNow) {
  http::ResponseHead head;
  const std::string in = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + fields + "\r\n";
  EXPECT_EQ(http::ParseResponseHead(in, 0, {}, "POST", &head).status, http::ParseStatus::kDone);
  return JudgeAnswer(head, made_by, needs_freshness, arrival);
}

SkipReason Answered(const std::string& fields) { return Judged(fields).skip; }

TEST(RequestDirectives, NoDirectiveAllowsEverything) {
  const RequestDirectives d = Asked("");
  EXPECT_FALSE(d.no_store || d.no_cache || d.only_if_cached);
  EXPECT_EQ(d.max_age_s, -1);
}

TEST(RequestDirectives, CaseSpaceAndSeveralLines) {
  const RequestDirectives d =
      Asked("cache-control: NO-Store ,, max-age=10\r\nCache-Control:Only-If-Cached\r\n");
  EXPECT_TRUE(d.no_store);
  EXPECT_TRUE(d.only_if_cached);
  EXPECT_FALSE(d.no_cache);
  EXPECT_EQ(d.max_age_s, 10);
}

TEST(RequestDirectives, QuotedFormsCountAndQuotedCommasDoNotSplit) {
  EXPECT_EQ(Asked("Cache-Control: max-age=\"30\"\r\n").max_age_s, 30);
  EXPECT_FALSE(Asked("Cache-Control: x=\"a, no-store\"\r\n").no_store);
  EXPECT_TRUE(Asked("Cache-Control: x=\"a, no-store\", no-store\r\n").no_store);
}

TEST(RequestDirectives, UnclosedQuoteIsReadStrictly) {
  const RequestDirectives d = Asked("Cache-Control: max-age=\"30, no-store\r\n");
  EXPECT_TRUE(d.no_store);
  EXPECT_TRUE(d.no_cache);
}

TEST(RequestDirectives, InvalidMaxAgeIsZero) {
  for (const char* value : {"", "-1", "+5", "1.5", "abc", "0x10", "5s", "\"\"", " "}) {
    EXPECT_EQ(Asked(std::string("Cache-Control: max-age=") + value + "\r\n").max_age_s, 0) << value;
  }
  EXPECT_EQ(Asked("Cache-Control: max-age\r\n").max_age_s, 0);
}

TEST(RequestDirectives, HugeMaxAgeIsClampedAndTheSmallestCounts) {
  EXPECT_EQ(Asked("Cache-Control: max-age=99999999999999999999\r\n").max_age_s, int64_t{1} << 31);
  EXPECT_EQ(Asked("Cache-Control: max-age=9, max-age=3, max-age=7\r\n").max_age_s, 3);
}

TEST(RequestDirectives, NamesMustMatchCompletely) {
  const RequestDirectives d = Asked("Cache-Control: no-storex, xno-cache, max-ages=1\r\n");
  EXPECT_FALSE(d.no_store || d.no_cache);
  EXPECT_EQ(d.max_age_s, -1);
}

TEST(RequestDirectives, PragmaCountsOnlyAlone) {
  EXPECT_TRUE(Asked("Pragma: No-Cache\r\n").no_cache);
  EXPECT_FALSE(Asked("Pragma: no-cache\r\nCache-Control: max-age=5\r\n").no_cache);
}

TEST(FreshEnough, ComparesAgeWithMaxAge) {
  RequestDirectives d;
  EXPECT_TRUE(FreshEnough(d, 1'000'000));
  d.max_age_s = 10;
  EXPECT_TRUE(FreshEnough(d, 10));
  EXPECT_FALSE(FreshEnough(d, 11));
  d.max_age_s = 0;
  EXPECT_FALSE(FreshEnough(d, 0));  // requests an answer generated now
}

TEST(JudgeAnswer, WorkersDirectivesAreObeyed) {
  EXPECT_EQ(Answered(""), SkipReason::kNone);
  EXPECT_EQ(Answered("Cache-Control: public, max-age=60\r\n"), SkipReason::kNone);
  for (const char* value :
       {"no-store", "NO-STORE", "private", "private=\"x-user\"", "no-cache", "max-age=0",
        "s-maxage=0", "max-age=soon", "public, No-Store", "x=\"unclosed"}) {
    EXPECT_EQ(Answered(std::string("Cache-Control: ") + value + "\r\n"),
              SkipReason::kResponseNoStore)
        << value;
  }
}

TEST(JudgeAnswer, WrongSeparatorsHideNoDirective) {
  for (const char* value :
       {"private; no-store", "no-cache; max-age=0", "no-store no-cache", "public; max-age=60",
        "max-age=60; private", "max-age=60 private", "max-age=60\tprivate", "public/no-store",
        "private:no-store", "x=\"a\" no-store", "x=\"a\"; y=\"b\"", "max-age=60;", "=60"}) {
    EXPECT_EQ(Answered(std::string("Cache-Control: ") + value + "\r\n"),
              SkipReason::kResponseNoStore)
        << value;
    EXPECT_TRUE(Asked(std::string("Cache-Control: ") + value + "\r\n").no_store) << value;
  }
  EXPECT_EQ(Answered("Cache-Control: public, x=\"a; b \\\" c\", y = z, max-age=60\r\n"),
            SkipReason::kNone);
}

TEST(JudgeAnswer, NoCacheOnAnEventStreamIsForBrowsers) {
  const std::string sse = "Content-Type: Text/Event-Stream; charset=utf-8\r\n";
  EXPECT_EQ(Answered(sse + "Cache-Control: no-cache, no-transform\r\n"), SkipReason::kNone);
  EXPECT_EQ(Answered(sse + "Cache-Control: no-store\r\n"), SkipReason::kResponseNoStore);
}

TEST(JudgeAnswer, SetCookieAndVaryForbid) {
  EXPECT_EQ(Answered("Set-Cookie: a=b\r\n"), SkipReason::kSetCookie);
  EXPECT_EQ(Answered("Vary: accept-encoding, ORIGIN\r\n"), SkipReason::kNone);
  EXPECT_EQ(Answered("Vary: *\r\n"), SkipReason::kVary);
  EXPECT_EQ(Answered("Vary: Origin\r\nVary: Accept-Language\r\n"), SkipReason::kVary);
}

TEST(JudgeAnswer, DirectivesOnAnAppsEventStreamAreObeyed) {
  const std::string sse = "Content-Type: text/event-stream\r\n";
  for (const char* fields : {"Cache-Control: no-cache\r\n", "Cache-Control: max-age=0\r\n",
                             "Cache-Control: no-cache\r\nExpires: 0\r\n"}) {
    EXPECT_EQ(Judged(sse + fields, MadeBy::kEngine).skip, SkipReason::kNone) << fields;
    EXPECT_EQ(Judged(sse + fields, MadeBy::kApp).skip, SkipReason::kResponseNoStore) << fields;
  }
}

TEST(JudgeAnswer, InitialAgeShortensTheLifetime) {
  const Keeping kept = Judged("Cache-Control: max-age=60\r\nAge: 20\r\n");
  EXPECT_EQ(kept.skip, SkipReason::kNone);
  EXPECT_EQ(kept.made_at_ms, kNow.wall_ms - 20'000);
  EXPECT_EQ(kept.good_until_ms, kNow.wall_ms + 40'000);
  EXPECT_EQ(Judged("Cache-Control: max-age=60\r\nAge: 59\r\n").skip, SkipReason::kNone);
  EXPECT_EQ(Judged("Cache-Control: max-age=60\r\nAge: 60\r\n").skip, SkipReason::kStaleOnArrival);
}

TEST(JudgeAnswer, FractionsOfASecondAreNotRoundedAway) {
  const Keeping kept =
      Judged("Cache-Control: max-age=1\r\n", MadeBy::kApp, false, {kNow.wall_ms + 999, 700});
  EXPECT_EQ(kept.good_until_ms, kNow.wall_ms + 999 + 300);
  EXPECT_EQ(Judged("Cache-Control: max-age=1\r\n", MadeBy::kApp, false, {kNow.wall_ms, 1000}).skip,
            SkipReason::kStaleOnArrival);
}

TEST(JudgeAnswer, EngineAnswerWithoutALifetimeHasNoInitialAge) {
  const std::string old = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  const Arrival slow = {kNow.wall_ms, 30'000};
  EXPECT_EQ(Judged(old, MadeBy::kEngine, false, slow).made_at_ms, Keeping::kWhenWhole);
  EXPECT_EQ(Judged("", MadeBy::kApp, false, slow).made_at_ms, kNow.wall_ms - 30'000);
  EXPECT_EQ(Judged("Age: 5\r\n", MadeBy::kEngine).made_at_ms, Keeping::kWhenWhole);
  EXPECT_EQ(Judged("Age: 5\r\n", MadeBy::kApp).made_at_ms, kNow.wall_ms - 5'000);
  EXPECT_EQ(Judged("Age: 5\r\nCache-Control: max-age=9\r\n", MadeBy::kEngine).made_at_ms,
            kNow.wall_ms - 5'000);
}

TEST(JudgeAnswer, WithoutAnExplicitLifetimeItIsNotStoredWhereOneIsRequired) {
  const auto needs = [](const std::string& fields) {
    return Judged(fields, MadeBy::kApp, true).skip;
  };
  EXPECT_EQ(needs(""), SkipReason::kNoFreshness);
  EXPECT_EQ(needs("Age: 3\r\nCache-Control: public\r\n"), SkipReason::kNoFreshness);
  EXPECT_EQ(needs("Cache-Control: max-age=60\r\n"), SkipReason::kNone);
  EXPECT_EQ(needs("Cache-Control: no-store, max-age=60\r\n"), SkipReason::kResponseNoStore);
}

TEST(JudgeAnswer, CdnCacheControlForbidsToo) {
  EXPECT_EQ(Answered("CDN-Cache-Control: private\r\n"), SkipReason::kResponseNoStore);
  EXPECT_EQ(Answered("Cache-Control: max-age=9\r\nCDN-Cache-Control: no-store\r\n"),
            SkipReason::kResponseNoStore);
}

TEST(Reasons, EachHasAName) {
  for (int i = 0; i <= static_cast<int>(SkipReason::kNoFreshness); ++i) {
    EXPECT_STRNE(SkipReasonName(static_cast<SkipReason>(i)), "");
  }
  for (int i = 0; i <= static_cast<int>(BypassReason::kRetryVariant); ++i) {
    EXPECT_STRNE(BypassReasonName(static_cast<BypassReason>(i)), "");
  }
}

}  // namespace
}  // namespace banto::cache
