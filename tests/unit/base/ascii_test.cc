#include "proxy/base/ascii.h"

#include <gtest/gtest.h>

namespace banto::base {
namespace {

TEST(Ascii, OnlyItsOwnLettersHaveACase) {
  EXPECT_EQ(Lowered("AZ az[@`{_-\xC4"), "az az[@`{_-\xC4");
  EXPECT_TRUE(IsCaseOf('K', 'k'));
  EXPECT_FALSE(IsCaseOf('\v', '+')) << "one bit apart, but no letters";
}

TEST(Ascii, HexDigitsOfBothCasesAreRead) {
  EXPECT_EQ(HexValue('9'), 9);
  EXPECT_EQ(HexValue('a'), 10);
  EXPECT_EQ(HexValue('F'), 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', '\0'}) EXPECT_EQ(HexValue(c), -1) << c;
}

TEST(Ascii, TrimmedKeepsWhatIsInside) {
  EXPECT_EQ(Trimmed("\r\n\t a b\n"), "a b");
  EXPECT_EQ(Trimmed(" \t\r\n"), "");
  EXPECT_EQ(Trimmed(""), "");
}

}  // namespace
}  // namespace banto::base
