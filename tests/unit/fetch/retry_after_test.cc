#include "proxy/fetch/retry_after.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/http/listed.h"

#include "proxy/fetch/workers_error.h"

namespace banto {
namespace {

constexpr int64_t kNow = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT

TEST(RetryAfter, SecondsAndDatesAreRead) {
  EXPECT_EQ(RetryAfterMs("7", kNow), 7'000);
  EXPECT_EQ(RetryAfterMs("Sun, 06 Nov 1994 08:50:27 GMT", kNow), 50'000);
  EXPECT_EQ(RetryAfterMs("Sunday, 06-Nov-94 08:50:27 GMT", kNow), 50'000);
  EXPECT_EQ(RetryAfterMs("Sun, 06 Nov 1994 08:00:00 GMT", kNow), -1) << "it has passed";
}

TEST(RetryAfter, ADayIsTheLongest) {
  EXPECT_EQ(RetryAfterMs("99999999999999999999", kNow), 86'400'000);
  EXPECT_EQ(RetryAfterMs("Sun, 06 Nov 2050 08:50:27 GMT", kNow), 86'400'000);
}

TEST(RetryAfter, WhatIsNeitherNamesNoWait) {
  for (const char* text : {"", "soon", "-5", "Sun, 06 Nov 1994 08:50:27 CET"})
    EXPECT_EQ(RetryAfterMs(text, kNow), -1) << text;
}

TEST(RetryAfter, TheWaitGrowsShorterWhileOthersAreTried) {
  WorkersError error;
  EXPECT_EQ(error.WaitMs(1'000), -1) << "none was named";
  error.retry_at_ms = 8'000;
  EXPECT_EQ(error.WaitMs(1'000), 7'000);
  EXPECT_EQ(error.WaitMs(5'500), 2'500);
  EXPECT_EQ(error.WaitMs(9'000), 0) << "it is over, and still one that was named";
}

TEST(RetryAfter, AClientIsToldOneSecondToOneMinute) {
  EXPECT_EQ(RetryAfterForClient(7'000, 2), 7);
  EXPECT_EQ(RetryAfterForClient(6'001, 2), 7) << "never earlier than the worker asked for";
  EXPECT_EQ(RetryAfterForClient(9'000'000, 2), 60);
  EXPECT_EQ(RetryAfterForClient(0, 2), 1);
  EXPECT_EQ(RetryAfterForClient(-1, 5), 5) << "no wait was named";
}

TEST(RetryAfter, MillisecondsComeFirst) {
  const auto wait = [](const char* lines) { return NamedWaitMs(http::Listed(lines), kNow); };
  EXPECT_EQ(wait("Retry-After: 7\r\nRetry-After-Ms: 250\r\n"), 250);
  EXPECT_EQ(wait("retry-after-ms: 1250.5\r\n"), 1250);
  EXPECT_EQ(wait("Retry-After-Ms: 9e99\r\n"), 86'400'000);
  for (const char* unread : {"soon", "-3", "0", "nan"}) {
    const std::string lines = std::string("Retry-After-Ms: ") + unread + "\r\nRetry-After: 7\r\n";
    EXPECT_EQ(wait(lines.c_str()), 7'000) << unread;
  }
  EXPECT_EQ(wait(""), -1);
}

TEST(RetryAfter, AClientIsToldTheWorkersMilliseconds_UpToAMinute) {
  EXPECT_EQ(WaitForClientMs(250, 2), 250);
  EXPECT_EQ(WaitForClientMs(9'000'000, 2), 60'000);
  EXPECT_EQ(WaitForClientMs(0, 2), 1'000) << "a second is the least, as in Retry-After";
  EXPECT_EQ(WaitForClientMs(-1, 5), 5'000);
}

}  // namespace
}  // namespace banto
