#include "proxy/http/http_date.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/writer.h"

namespace banto::http {
namespace {

constexpr int64_t kNow = 1'795'900'000;  // in November 2026

TEST(ParseHttpDate, AllThreeFormsAreTheSameMoment) {
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(ParseHttpDate(text, kNow), 784'111'777) << text;
  }
}

TEST(ParseHttpDate, ReadsWhatHttpDateWrites) {
  for (int64_t at = 0; at < 13'000'000'000; at += 86'400 * 3 + 7'919) {
    ASSERT_EQ(ParseHttpDate(HttpDate(at), kNow), at) << HttpDate(at);
  }
}

TEST(ParseHttpDate, CaseDoesNotMatter) {
  EXPECT_EQ(ParseHttpDate("SUN, 06 nov 1994 08:49:37 gMT", kNow), 784'111'777);
}

TEST(ParseHttpDate, TwoDigitsOfAYearReachFiftyYearsAhead) {
  EXPECT_EQ(ParseHttpDate("Sunday, 01-Jan-50 00:00:00 GMT", kNow),
            ParseHttpDate("Sat, 01 Jan 2050 00:00:00 GMT", kNow));
  EXPECT_EQ(ParseHttpDate("Sunday, 01-Jan-76 00:00:00 GMT", kNow),
            ParseHttpDate("Wed, 01 Jan 2076 00:00:00 GMT", kNow));
  EXPECT_EQ(ParseHttpDate("Sunday, 01-Jan-77 00:00:00 GMT", kNow),
            ParseHttpDate("Sat, 01 Jan 1977 00:00:00 GMT", kNow));
}

TEST(ParseHttpDate, InvalidDatesAreRefused) {
  for (const char* text : {"",
                           "0",
                           "-1",
                           "now",
                           "foo",
                           "Thu,",
                           "Thu, 18 Aug 2050 02:01:18",
                           "1794000000",
                           "Thu, 18 Aug 2050 02:01:18 UTC",
                           "Thu, 18 Aug 2050 02:01:18 AEST",
                           "Thu, 18 Aug 2050 02:01:18 +0000",
                           "Thu, 18 Aug 50 02:01:18 GMT",
                           "Thu 18 Aug 2050 02:01:18 GMT",
                           "Thu, 18  Aug  2050 02:01:18 GMT",
                           "Thu, 18-Aug-2050 02:01:18 GMT",
                           "Thursday, 18-Aug-2050 02:01:18 GMT",
                           "Thu, 18-Aug-50 02:01:18 GMT",
                           "Thu, 18 Aug 2050 02.01.18 GMT",
                           "Thu, 18 Aug 2050 2:01:18 GMT",
                           "Thu, 8 Aug 2050 02:01:18 GMT",
                           "Thu, 31 Jun 2050 02:01:18 GMT",
                           "Thu, 29 Feb 2023 02:01:18 GMT",
                           "Thu, 00 Aug 2050 02:01:18 GMT",
                           "Thu, 18 Aug 2050 24:00:00 GMT",
                           "Thu, 18 Aug 2050 02:60:18 GMT",
                           "Thu, 18 Aug 2050 02:01:61 GMT",
                           "Thu, 18 Aug 2050 02:01:18 GMT x",
                           "Xyz, 18 Aug 2050 02:01:18 GMT",
                           "Thu, 18 August 2050 02:01:18 GMT",
                           "Thu Aug 8 02:01:18 2050",
                           "Thu Aug  8 02:01:18 50",
                           "Thu, +1 Aug 2050 02:01:18 GMT",
                           "2050-08-18T02:01:18Z"}) {
    EXPECT_EQ(ParseHttpDate(text, kNow), std::nullopt) << text;
  }
}

TEST(ParseHttpDate, NoPartOfADateIsADate) {
  for (const std::string whole : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                                  "Sun Nov  6 08:49:37 1994"}) {
    for (size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(ParseHttpDate(whole.substr(0, size), kNow), std::nullopt) << whole.substr(0, size);
    }
  }
}

}  // namespace
}  // namespace banto::http
