#include "proxy/question/separation_memo.h"

#include <gtest/gtest.h>

#include <string>

namespace banto {
namespace {

const cache::MacTag kPrompt = {1, 2};

TEST(SeparationMemo, TheFirstCallerIsSeparatedFromNobody) {
  SeparationMemo memo;
  EXPECT_EQ(memo.Note(kPrompt, "x-a:1:1\n"), "");
  EXPECT_EQ(memo.Note({1, 3}, "x-a:1:2\n"), "") << "another prompt";
  EXPECT_EQ(memo.Note(kPrompt, "x-a:1:1\n"), "") << "the same caller";
}

TEST(SeparationMemo, TheHeaderIsNamedWhoeverHasIt) {
  SeparationMemo memo;
  EXPECT_EQ(memo.Note(kPrompt, ""), "");
  EXPECT_EQ(memo.Note(kPrompt, "x-a:1:1\n"), "x-a") << "the earlier caller lacks it";
  EXPECT_EQ(memo.Note(kPrompt, "x-a:1:2\n"), "x-a") << "another value";
  EXPECT_EQ(memo.Note(kPrompt, "a:0:\nx-a:1:2\n"), "a") << "one before it";
  EXPECT_EQ(memo.Note(kPrompt, "x-a:1:2\n"), "a") << "the later caller lacks it";
  EXPECT_EQ(memo.Note(kPrompt, "x-a:1:2\nx-a:1:3\n"), "x-a") << "one more line";
}

TEST(SeparationMemo, ValuesMayHoldAnything) {
  SeparationMemo memo;
  memo.Note(kPrompt, "x-a:8:1\nx-b:1:\nx-c:0:\n");
  EXPECT_EQ(memo.Note(kPrompt, "x-a:8:1\nx-b:1:\nx-c:1:1\n"), "x-c");
}

TEST(SeparationMemo, LongNamesAndManyLinesAreCut) {
  SeparationMemo memo;
  std::string many;
  for (int i = 10; i < 99; ++i) many += "x-" + std::to_string(i) + ":0:\n";
  EXPECT_EQ(memo.Note(kPrompt, many), "");
  EXPECT_EQ(memo.Note(kPrompt, many + "x-z:0:\n"), "");
  EXPECT_EQ(memo.Note(kPrompt, std::string(1000, 'a') + ":0:\n"), std::string(64, 'a'));
}

}  // namespace
}  // namespace banto
