#include "proxy/base/split_mix.h"

#include <gtest/gtest.h>

namespace banto::base {
namespace {

// The first numbers of Vigna's splitmix64.c for this seed.
TEST(SplitMix, MatchesTheReferenceImplementation) {
  SplitMix stream(1'234'567);
  EXPECT_EQ(stream.Next(), 6'457'827'717'110'365'317U);
  EXPECT_EQ(stream.Next(), 3'203'168'211'198'807'973U);
}

}  // namespace
}  // namespace banto::base
