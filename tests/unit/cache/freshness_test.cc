// RFC 9111 §4.2 as arithmetic; tests/e2e/test_freshness.py checks the same on the wire.
#include "cache/freshness.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"
#include "proxy/http/writer.h"

namespace banto::cache {
namespace {

constexpr int64_t kNowS = 1'795'900'000;
constexpr int64_t kNotTold = Freshness::kNotTold;

// A Date or Expires that many seconds from now.
std::string At(const char* name, int64_t seconds) {
  return std::string(name) + ": " + http::HttpDate(kNowS + seconds) + "\r\n";
}

Freshness Read(const std::string& fields, int64_t delay_ms = 0) {
  http::ResponseHead head;
  const std::string in = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + fields + "\r\n";
  EXPECT_EQ(http::ParseResponseHead(in, 0, {}, "GET", &head).status, http::ParseStatus::kDone);
  return ReadFreshness(head, {kNowS * 1000 + 400, delay_ms});
}

// Milliseconds, or kNotTold.
int64_t Lifetime(const std::string& fields) { return Read(fields).lifetime_ms; }
int64_t LifetimeOf(const std::string& cache_control) {
  return Lifetime("Cache-Control: " + cache_control + "\r\n");
}

TEST(FreshnessLifetime, NoDirectiveMeansNoLifetime) {
  EXPECT_EQ(Lifetime(""), kNotTold);
  EXPECT_EQ(Lifetime(At("Date", 0) + At("Last-Modified", -1000)), kNotTold);
  EXPECT_EQ(LifetimeOf("public, must-revalidate, max-ages=5, extension=\"max-age=5\""), kNotTold);
}

TEST(FreshnessLifetime, SMaxageBeforeMaxAgeBeforeExpires) {
  EXPECT_EQ(LifetimeOf("max-age=60"), 60'000);
  EXPECT_EQ(LifetimeOf("max-age=3600, s-maxage=1"), 1'000);
  EXPECT_EQ(LifetimeOf("s-maxage=60, max-age=0"), 60'000);
  EXPECT_EQ(Lifetime(At("Date", 0) + At("Expires", 30)), 30'000);
  EXPECT_EQ(Lifetime("Cache-Control: max-age=5\r\n" + At("Date", 0) + At("Expires", 3600)), 5'000);
  EXPECT_EQ(Lifetime("Cache-Control: max-age=5\r\n" + At("Date", 0) + At("Expires", -9)), 5'000);
}

TEST(FreshnessLifetime, StrictestOfSeveralCounts) {
  EXPECT_EQ(LifetimeOf("max-age=1800, max-age=1"), 1'000);
  EXPECT_EQ(LifetimeOf("max-age=1, max-age=1800"), 1'000);
  EXPECT_EQ(LifetimeOf("max-age=1800\r\nCache-Control: max-age=1"), 1'000);
  EXPECT_EQ(LifetimeOf("s-maxage=9, s-maxage=3, max-age=1"), 3'000);
  EXPECT_EQ(LifetimeOf("max-age=60\r\nCDN-Cache-Control: max-age=1"), 1'000);
  EXPECT_EQ(LifetimeOf("max-age=1\r\ncdn-cache-control: max-age=60"), 1'000);
  EXPECT_EQ(Lifetime(At("Expires", 50) + At("Expires", 20)), 20'000);
  EXPECT_EQ(Lifetime(At("Date", -5) + At("Date", 7) + At("Expires", 20)), 13'000);
}

TEST(FreshnessLifetime, SpellingOfNumbers) {
  EXPECT_EQ(LifetimeOf("mAX-aGE=\"3600\""), 3'600'000);
  EXPECT_EQ(LifetimeOf("max-age=003600"), 3'600'000);
  EXPECT_EQ(LifetimeOf("max-age=99999999999999999999"), (int64_t{1} << 31) * 1000);
  for (const char* value : {"", "=", "=-1", "=+5", "=3600.0", "=3600.5", "='3600'", "=a3600",
                            "=3600a", "=3600;x", "=0x10", "=\"36", "=\"\"", "=36 00"}) {
    EXPECT_EQ(LifetimeOf(std::string("max-age") + value), 0) << value;
  }
}

TEST(FreshnessLifetime, QuotedDirectiveIsIgnored) {
  EXPECT_EQ(LifetimeOf("extension=\"max-age=3600\", max-age=1"), 1'000);
  EXPECT_EQ(LifetimeOf("max-age=1, extension=\"max-age=3600\""), 1'000);
  EXPECT_EQ(LifetimeOf("x=\"a\\\", max-age=3600\", max-age=1"), 1'000);
}

TEST(FreshnessLifetime, InvalidDateIsInThePast) {
  for (const char* value : {"0", "-1", "", "Thu, 18 Aug 2050 02:01:18 UTC",
                            "Thu, 18 Aug 50 02:01:18 GMT", "Thu 18 Aug 2050 02:01:18 GMT"}) {
    EXPECT_EQ(Lifetime(At("Date", 0) + "Expires: " + value + "\r\n"), 0) << value;
  }
  EXPECT_EQ(Lifetime(At("Date", 0) + At("Expires", 99) + "Expires: 0\r\n"), 0);
}

TEST(FreshnessLifetime, ExpiresCountsFromDateAndFromReceiptWithoutOne) {
  EXPECT_EQ(Lifetime(At("Date", -30) + At("Expires", 30)), 60'000);
  EXPECT_EQ(Lifetime(At("Date", 400) + At("Expires", 300)), 0);
  EXPECT_EQ(Lifetime(At("Date", 0) + At("Expires", 0)), 0);
  EXPECT_EQ(Lifetime(At("Expires", 10)), 10'000);
  EXPECT_EQ(Lifetime("Date: foo\r\n" + At("Expires", 10)), 10'000);
}

TEST(InitialAge, AgeAndTheTimeTheAnswerTook) {
  EXPECT_EQ(Read("").age_ms, 0);
  EXPECT_EQ(Read("Age: 25\r\n").age_ms, 25'000);
  EXPECT_EQ(Read("Age: 25\r\n", 1'300).age_ms, 26'300);
  EXPECT_EQ(Read("Age: 99999999999999999999\r\n").age_ms, (int64_t{1} << 31) * 1000);
}

TEST(InitialAge, ADateInThePastCountsAndOneInTheFutureDoesNot) {
  EXPECT_EQ(Read(At("Date", -90)).age_ms, 90'000);
  EXPECT_EQ(Read(At("Date", -90) + "Age: 25\r\n").age_ms, 90'000);
  EXPECT_EQ(Read(At("Date", -9) + "Age: 25\r\n").age_ms, 25'000);
  EXPECT_EQ(Read(At("Date", 90)).age_ms, 0);
  EXPECT_EQ(Read(At("Date", 90) + At("Date", -90)).age_ms, 90'000);
}

TEST(InitialAge, FirstOfAListCountsAndGarbageIsIgnored) {
  EXPECT_EQ(Read("Age: 7200, 0\r\n").age_ms, 7'200'000);
  EXPECT_EQ(Read("Age: 0, 7200\r\n").age_ms, 0);
  EXPECT_EQ(Read("Age: 7200\r\nAge: 0\r\n").age_ms, 7'200'000);
  for (const char* value : {"abc", "-7200", "7200.0", "7200;x=1", "", "abc, 7200"}) {
    EXPECT_EQ(Read(std::string("Age: ") + value + "\r\n").age_ms, 0) << value;
  }
}

}  // namespace
}  // namespace banto::cache
