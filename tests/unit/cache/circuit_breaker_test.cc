#include "cache/circuit_breaker.h"

#include <gtest/gtest.h>

namespace banto::cache {
namespace {

TEST(CircuitBreaker, OpensAtTheFifthFailureInARow) {
  CircuitBreaker breaker;
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(breaker.OnFailure());
  EXPECT_FALSE(breaker.open());
  EXPECT_TRUE(breaker.OnFailure());
  EXPECT_TRUE(breaker.open());
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(breaker.OnFailure());  // reported once
}

TEST(CircuitBreaker, ASuccessForgetsFailures) {
  CircuitBreaker breaker;
  for (int i = 0; i < 100; ++i) {
    for (int j = 0; j < 4; ++j) EXPECT_FALSE(breaker.OnFailure());
    breaker.OnSuccess();
  }
  EXPECT_FALSE(breaker.open());
}

TEST(CircuitBreaker, AFailedConnectOpensAtOnce) {
  CircuitBreaker breaker;
  EXPECT_TRUE(breaker.Trip());
  EXPECT_FALSE(breaker.Trip());
  EXPECT_TRUE(breaker.open());
}

TEST(CircuitBreaker, ALateSuccessDoesNotClose) {
  CircuitBreaker breaker;
  breaker.Trip();
  breaker.OnSuccess();
  EXPECT_TRUE(breaker.open());
}

TEST(CircuitBreaker, ProbesBackOffFrom100MsTo5S) {
  CircuitBreaker breaker;
  int64_t base = 100;
  for (int i = 0; i < 12; ++i) {
    CircuitBreaker copy = breaker;
    EXPECT_EQ(copy.NextProbeMs(0), base - base / 4);
    for (uint64_t random = 0; random < 10'000; ++random) {
      copy = breaker;
      const int64_t ms = copy.NextProbeMs(random * 7919);
      ASSERT_GE(ms, base - base / 4);
      ASSERT_LE(ms, std::min<int64_t>(base + base / 4, 5000));
    }
    breaker.NextProbeMs(0);
    base = std::min<int64_t>(2 * base, 5000);
  }
}

TEST(CircuitBreaker, IsRestedUntilItProbesAndAgainAfterASuccess) {
  CircuitBreaker breaker;
  EXPECT_TRUE(breaker.rested());
  breaker.Trip();
  breaker.NextProbeMs(0);
  EXPECT_FALSE(breaker.rested());
  breaker.OnProbeSuccess();
  EXPECT_FALSE(breaker.rested());
  breaker.OnSuccess();
  EXPECT_TRUE(breaker.rested());
}

TEST(CircuitBreaker, BackOffIsKeptUntilAnOperationSucceeds) {
  CircuitBreaker breaker;
  breaker.Trip();
  for (int i = 0; i < 5; ++i) breaker.NextProbeMs(0);
  EXPECT_TRUE(breaker.OnProbeSuccess());
  EXPECT_FALSE(breaker.OnProbeSuccess());
  breaker.Trip();  // PING succeeded, and nothing else
  EXPECT_EQ(breaker.NextProbeMs(0), 3200 - 800);
  breaker.OnProbeSuccess();
  breaker.OnSuccess();
  breaker.Trip();
  EXPECT_EQ(breaker.NextProbeMs(0), 75);
}

}  // namespace
}  // namespace banto::cache
