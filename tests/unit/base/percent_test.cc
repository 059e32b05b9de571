#include "proxy/base/percent.h"

#include <gtest/gtest.h>

namespace banto::base {
namespace {

TEST(Percent, EscapesAreDecodedAndTheRestIsKept) {
  EXPECT_EQ(PercentDecode("a%41+%zz%4"), "aA+%zz%4");
  EXPECT_EQ(DecodeQueryText("a%41+%2B"), "aA +");
}

TEST(Percent, AllButUnreservedCharactersIsEncoded) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("org/m 1+\xE2"), "org%2Fm%201%2B%E2");
  EXPECT_EQ(PercentDecode(PercentEncode("100% \xFF?&=+")), "100% \xFF?&=+");
}

}  // namespace
}  // namespace banto::base
