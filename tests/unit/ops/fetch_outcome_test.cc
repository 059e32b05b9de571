// What several Fetches for one client cost together.
#include "proxy/ops/fetch_outcome.h"

#include <gtest/gtest.h>

namespace banto::ops {
namespace {

TEST(FetchOutcome, TheNextHasWhatBothCost) {
  FetchOutcome outcome, next;
  outcome.attempts.emplace_back().result = "first";
  outcome.input_tokens = 10;
  outcome.queue_us = 5;
  outcome.worker = "a";
  next.attempts.emplace_back().result = "second";
  next.input_tokens = 20;
  next.worker = "b";
  outcome.Add(std::move(next));
  ASSERT_EQ(outcome.attempts.size(), 2u);
  EXPECT_STREQ(outcome.attempts.front().result, "first");
  EXPECT_EQ(outcome.input_tokens, 30);
  EXPECT_EQ(outcome.output_tokens, -1) << "neither said";
  EXPECT_EQ(outcome.queue_us, 5);
  EXPECT_EQ(outcome.worker, "b");
}

}  // namespace
}  // namespace banto::ops
