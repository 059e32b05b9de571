// What tokens cost by a price.
#include "proxy/ops/money.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "proxy/ops/access_line.h"

namespace banto::ops {
namespace {

FetchOutcome Tokens(int64_t input, int64_t output, int64_t cached = -1) {
  FetchOutcome fetch;
  fetch.input_tokens = input;
  fetch.output_tokens = output;
  fetch.cached_tokens = cached;
  return fetch;
}

// In whole units.
double Cost(const conf::Price& price, const FetchOutcome& fetch) {
  return static_cast<double>(CostOf(price, fetch)) / 1e9;
}

TEST(Money, FortyMillionAnswerTokensAtHaikusPriceAreTwoHundred) {
  EXPECT_DOUBLE_EQ(Cost({1, 5, -1}, Tokens(0, 40'000'000)), 200.0);
  EXPECT_DOUBLE_EQ(Cost({1, 5, -1}, Tokens(50'000'000, 30'000'000)), 200.0);
}

TEST(Money, CachedTokensHaveTheirOwnPriceIfThereIsOne) {
  EXPECT_DOUBLE_EQ(Cost({0.8, 4, 0.08}, Tokens(1'000'000, 0, 250'000)), 0.62);
  EXPECT_DOUBLE_EQ(Cost({0.8, 4, -1}, Tokens(1'000'000, 0, 250'000)), 0.8);
  EXPECT_DOUBLE_EQ(Cost({0.8, 4, 0.08}, Tokens(1'000'000, 0, 5'000'000)), 0.08)
      << "more cached than there are";
}

TEST(Money, ASingleTokenIsNotLost) { EXPECT_EQ(CostOf({0.8, 4, -1}, Tokens(1, 1)), 4'800); }

TEST(Money, WithoutCountsThereIsNoCost) {
  EXPECT_EQ(CostOf({1, 5, -1}, Tokens(-1, -1)), -1);
  EXPECT_EQ(CostOf({1, 5, -1}, Tokens(-1, 2)), 10'000);
}

TEST(Money, WhatAWorkerClaimsIsBounded) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(CostOf({1'000'000, 1'000'000, -1}, Tokens(kMost, kMost)), 1'000'000'000'000'000'000);
}

TEST(AccessLine, AmountsAreWrittenAsDecimals) {
  const auto written = [](int64_t nano) {
    std::string out;
    AppendNano(nano, &out);
    return out;
  };
  EXPECT_EQ(written(0), "0");
  EXPECT_EQ(written(1), "0.000000001");
  EXPECT_EQ(written(2'620'000'000), "2.62");
  EXPECT_EQ(written(1'000'000'000'000'000'000), "1000000000");
}

}  // namespace
}  // namespace banto::ops
