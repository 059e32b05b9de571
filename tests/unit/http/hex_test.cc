#include "proxy/http/hex.h"

#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <string>

namespace banto::http {
namespace {

std::string Digits(uint64_t bits) {
  std::string digits(kHexDigits, '?');
  PutHex(bits, digits.data());
  return digits;
}

TEST(HexTest, HighestDigitComesFirst) {
  EXPECT_EQ(Digits(0x0123456789abcdef), "0123456789abcdef");
  EXPECT_EQ(Digits(0xfedcba9876543210), "fedcba9876543210");
  EXPECT_EQ(Digits(0), "0000000000000000");
  EXPECT_EQ(Digits(~uint64_t{0}), "ffffffffffffffff");
}

TEST(HexTest, AgreesWithPrintf) {
  uint64_t bits = 1;
  for (int i = 0; i < 100'000; ++i, bits = bits * 6364136223846793005 + 1442695040888963407) {
    char expected[kHexDigits + 1];
    std::snprintf(expected, sizeof expected, "%016" PRIx64, bits);
    ASSERT_EQ(Digits(bits), expected);
  }
}

}  // namespace
}  // namespace banto::http
