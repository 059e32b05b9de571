#include "proxy/client/unparsed_bytes.h"

#include <gtest/gtest.h>

#include <string>

namespace banto {
namespace {

TEST(UnparsedBytes, WhatIsNotParsedStaysInOrder) {
  BufferedBytes::Budget budget;
  UnparsedBytes bytes;
  EXPECT_TRUE(bytes.Append("one two ", &budget));
  bytes.DropParsed(4);
  EXPECT_EQ(bytes.view(), "two ");
  EXPECT_TRUE(bytes.Append("three", &budget));
  EXPECT_EQ(bytes.view(), "two three");
  bytes.DropParsed(9);
  EXPECT_TRUE(bytes.empty());
}

TEST(UnparsedBytes, TheirShareIsGivenBackWhenTheyAreCleared) {
  BufferedBytes::Budget budget;
  UnparsedBytes bytes;
  EXPECT_TRUE(bytes.Append(std::string(100, 'x'), &budget));
  EXPECT_EQ(budget.held, 100);
  bytes.Clear();
  EXPECT_EQ(budget.held, 0);
  EXPECT_TRUE(bytes.empty());
}

TEST(UnparsedBytes, PastTheProcesssLimitAllAreDropped) {
  BufferedBytes::Budget budget;
  budget.bytes_max = 150;
  UnparsedBytes bytes, others;
  EXPECT_TRUE(others.Append(std::string(100, 'x'), &budget));
  EXPECT_TRUE(bytes.Append(std::string(50, 'x'), &budget));
  EXPECT_FALSE(bytes.Append("x", &budget));
  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(budget.held, 100);
}

TEST(UnparsedBytes, WhatIsTakenIsOutOfReachAndKeepsItsShare) {
  BufferedBytes::Budget budget;
  UnparsedBytes bytes;
  EXPECT_TRUE(bytes.Append("one two", &budget));
  bytes.DropParsed(4);
  UnparsedBytes taken = bytes.Take();
  bytes.Clear();
  EXPECT_EQ(taken.view(), "two");
  EXPECT_EQ(budget.held, 7);
  bytes = std::move(taken);
  EXPECT_EQ(bytes.view(), "two");
}

TEST(UnparsedBytes, OfAClientThatSendsAheadABoundIsRead) {
  BufferedBytes::Budget budget;
  UnparsedBytes bytes;
  EXPECT_EQ(bytes.Room(), UnparsedBytes::kAheadMax);
  EXPECT_TRUE(bytes.Append(std::string(UnparsedBytes::kAheadMax, 'x'), &budget));
  EXPECT_TRUE(bytes.full());
  EXPECT_GT(bytes.Room(), 0u) << "its end lies behind its bytes";
  bytes.DropParsed(2000);
  EXPECT_FALSE(bytes.full());
  EXPECT_EQ(bytes.Room(), 2000u);
}

}  // namespace
}  // namespace banto
