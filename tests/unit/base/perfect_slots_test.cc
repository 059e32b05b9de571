#include "proxy/base/perfect_slots.h"

#include <gtest/gtest.h>

namespace banto::base {
namespace {

// Keys with similar high bits: the first multiplier does not separate them all.
constexpr std::array<uint64_t, 40> MakeKeys() {
  std::array<uint64_t, 40> keys{};
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = 0x6162'0000'0000'0000U + i * i * 977;
  return keys;
}
constexpr auto kKeys = MakeKeys();
constexpr auto kSlots = MakePerfectSlots<10>(kKeys, 1);

TEST(PerfectSlots, EveryKeyFindsItsOwnNumber) {
  for (size_t i = 0; i < kKeys.size(); ++i) EXPECT_EQ(kSlots.Find(kKeys[i]), i + 1);
}

TEST(PerfectSlots, FailedAttemptsLeaveNothingBehind) {
  EXPECT_NE(kSlots.multiplier, 1U) << "the search went on";
  size_t taken = 0;
  for (const uint8_t number : kSlots.numbers) taken += number != 0 ? 1 : 0;
  EXPECT_EQ(taken, kKeys.size());
}

}  // namespace
}  // namespace banto::base
