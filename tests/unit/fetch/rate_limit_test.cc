// Rate limits as the vendors document them.
#include "proxy/fetch/rate_limit.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto {
namespace {

using health::CoolDownCause;

constexpr int64_t kNow = 1'764'400'000;  // 2025-11-29T07:06:40Z

http::ResponseHead Head(const std::string& fields) {
  http::ResponseHead head;
  const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + fields + "\r\n";
  EXPECT_EQ(http::ParseResponseHead(bytes, 0, {}, "POST", &head).status, http::ParseStatus::kDone);
  return head;
}

// The wait in milliseconds; -1: none.
int64_t Wait(const std::string& fields) {
  const auto shortage = ReadShortage(Head(fields), kNow);
  return shortage ? shortage->wait_ms : -1;
}

TEST(RateLimit, OpenAisDurationsAreRead) {
  EXPECT_EQ(ResetMs("1s", kNow), 1'000);
  EXPECT_EQ(ResetMs("6m0s", kNow), 360'000);
  EXPECT_EQ(ResetMs("12ms", kNow), 12);
  EXPECT_EQ(ResetMs("7.66s", kNow), 7'660);
  EXPECT_EQ(ResetMs("2m59.56s", kNow), 179'560);
  EXPECT_EQ(ResetMs("1h2m3s", kNow), 3'723'000);
}

TEST(RateLimit, TimesAndPlainNumbersAreRead) {
  EXPECT_EQ(ResetMs("2025-11-29T07:06:52Z", kNow), 12'000);
  EXPECT_EQ(ResetMs("2025-11-29T07:06:52.5Z", kNow), 12'000);
  EXPECT_EQ(ResetMs("12", kNow), 12'000) << "Azure, Together: seconds";
  EXPECT_EQ(ResetMs("1764400012", kNow), 12'000);
  EXPECT_EQ(ResetMs("1764400012000", kNow), 12'000) << "OpenRouter";
}

TEST(RateLimit, WhatIsNoTimeOrOverIsNone) {
  for (const char* text : {"", "0", "0s", "soon", "-1s", "5x", "1s2", "1e9s", "nan", "inf",
                           "2025-11-29T07:06:39Z", "1764399999", "Z"}) {
    EXPECT_EQ(ResetMs(text, kNow), std::nullopt) << text;
  }
  EXPECT_EQ(ResetMs("99999999h", kNow), 86'400'000) << "at most a day";
}

TEST(RateLimit, OnlyWhatIsUsedUpIsAShortage) {
  EXPECT_EQ(Wait("x-ratelimit-limit-requests: 60\r\nx-ratelimit-remaining-requests: 59\r\n"
                 "x-ratelimit-reset-requests: 1s\r\n"),
            -1);
  EXPECT_EQ(Wait("x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 1s\r\n"), 1'000);
  EXPECT_EQ(Wait("x-ratelimit-remaining-requests: -1\r\nx-ratelimit-reset-requests: 1s\r\n"), -1);
  EXPECT_EQ(Wait("x-ratelimit-remaining-requests: 0\r\n"), -1) << "until when is not said";
  EXPECT_EQ(Wait(""), -1);
}

TEST(RateLimit, TheLongestShortageCountsAndSaysOfWhat) {
  const auto shortage =
      ReadShortage(Head("X-RateLimit-Remaining-Requests: 0\r\nX-RateLimit-Reset-Requests: 1s\r\n"
                        "X-RateLimit-Remaining-Tokens: 0\r\nX-RateLimit-Reset-Tokens: 6m0s\r\n"),
                   kNow);
  ASSERT_TRUE(shortage);
  EXPECT_EQ(shortage->cause, CoolDownCause::kNoTokens);
  EXPECT_EQ(shortage->wait_ms, 360'000);
}

TEST(RateLimit, AnthropicsFieldsAreRead) {
  EXPECT_EQ(Wait("anthropic-ratelimit-requests-limit: 50\r\n"
                 "anthropic-ratelimit-requests-remaining: 0\r\n"
                 "anthropic-ratelimit-requests-reset: 2025-11-29T07:06:50Z\r\n"),
            10'000);
  for (const char* what : {"tokens", "input-tokens", "output-tokens"}) {
    const std::string name = "anthropic-ratelimit-" + std::string(what);
    const auto shortage = ReadShortage(
        Head(name + "-remaining: 0\r\n" + name + "-reset: 2025-11-29T07:06:43Z\r\n"), kNow);
    ASSERT_TRUE(shortage) << what;
    EXPECT_EQ(shortage->cause, CoolDownCause::kNoTokens) << what;
    EXPECT_EQ(shortage->wait_ms, 3'000) << what;
  }
}

TEST(RateLimit, TogethersAndOpenRoutersFieldsAreRead) {
  EXPECT_EQ(Wait("x-ratelimit-limit: 10\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: 3\r\n"),
            3'000);
  EXPECT_EQ(Wait("X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1764400012000\r\n"), 12'000);
}

}  // namespace
}  // namespace banto
