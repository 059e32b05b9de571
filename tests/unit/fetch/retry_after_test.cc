#include "proxy/fetch/retry_after.h"

#include <gtest/gtest.h>

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

TEST(RetryAfter, AClientIsToldOneSecondToOneMinute) {
  EXPECT_EQ(RetryAfterForClient("7", kNow), 7);
  EXPECT_EQ(RetryAfterForClient("9000", kNow), 60);
  EXPECT_EQ(RetryAfterForClient("Sun, 06 Nov 1994 08:50:27 GMT", kNow), 50);
  EXPECT_EQ(RetryAfterForClient("Sun, 06 Nov 1994 09:50:27 GMT", kNow), 60);
  for (const char* text : {"", "0", "soon", "Sun, 06 Nov 1994 08:00:00 GMT"})
    EXPECT_EQ(RetryAfterForClient(text, kNow), 2) << text;
}

}  // namespace
}  // namespace banto
