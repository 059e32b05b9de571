#include "proxy/json/utf8.h"

#include <gtest/gtest.h>

#include <simdjson.h>

#include <random>
#include <string>

namespace banto::json {
namespace {

TEST(Utf8, EveryPairOfBytesAgreesWithSimdjson) {
  // After 40 plain bytes, so that the wide path is tested too.
  std::string text(43, 'x');
  for (unsigned pair = 0; pair < 0x10000; ++pair) {
    text[40] = static_cast<char>(pair >> 8);
    text[41] = static_cast<char>(pair);
    for (const char third : {'A', '\x80', '\xBF', '\xC3'}) {
      text[42] = third;
      ASSERT_EQ(IsUtf8(text), simdjson::validate_utf8(text)) << std::hex << pair;
    }
  }
}

TEST(Utf8, ABrokenCharacterIsMendedAndTheRestIsAsItWas) {
  EXPECT_EQ(MendedUtf8(""), "");
  EXPECT_EQ(MendedUtf8("é, plain"), "é, plain");
  EXPECT_EQ(MendedUtf8("a\xFF"
                       "b"),
            "a\uFFFDb");
  EXPECT_EQ(MendedUtf8("\xE8\xAA"), "\uFFFD");
  EXPECT_EQ(MendedUtf8("\xC3x\xF0\x9F\x98y"), "\uFFFDx\uFFFDy");
  EXPECT_EQ(MendedUtf8("\xED\xA0\x80語"), "\uFFFD語");
}

TEST(Utf8, RandomTextsAgreeWithSimdjson) {
  static constexpr std::string_view kPieces[] = {"a",
                                                 "plain text that is long enough",
                                                 "é",
                                                 "語",
                                                 "😀",
                                                 "\xF4\x8F\xBF\xBF",
                                                 "\xED\x9F\xBF",
                                                 "\xEE\x80\x80",
                                                 "\x80",
                                                 "\xC3",
                                                 "\xE8\xAA",
                                                 "\xF0\x9F\x98",
                                                 "\xED\xA0\x80",
                                                 "\xC0\x80",
                                                 "\xF4\x90\x80\x80",
                                                 "\xE0\x80\x80",
                                                 "\xFF"};
  std::mt19937_64 random(7);
  int valid = 0, invalid = 0;
  for (int i = 0; i < 100000; ++i) {
    // Mostly valid characters: one bad byte among many is easily missed.
    const size_t kinds = random() % 2 == 0 ? 8 : std::size(kPieces);
    std::string text;
    for (size_t n = random() % 40; n > 0; --n) text += kPieces[random() % kinds];
    const bool want = simdjson::validate_utf8(text);
    ASSERT_EQ(IsUtf8(text), want) << i;
    ++(want ? valid : invalid);
  }
  EXPECT_GT(valid, 1000);
  EXPECT_GT(invalid, 1000);
}

TEST(Utf8, PrefixEndsBeforeTheFirstBadByte) {
  for (size_t size = 0; size < 100; ++size) {
    const std::string good(size, 'x');
    EXPECT_EQ(ValidUtf8Prefix(good + "語"), size + 3);
    EXPECT_EQ(ValidUtf8Prefix(good + "語\xFFé"), size + 3);
    EXPECT_EQ(ValidUtf8Prefix(good + "語\xE8\xAA"), size + 3);
    EXPECT_EQ(ValidUtf8Prefix("語\x80" + good), 3U);
  }
}

TEST(Utf8, AsciiIsToldFromAllElse_WhereverThatStands) {
  for (size_t size : {0u, 1u, 31u, 32u, 33u, 64u, 100u}) {
    std::string text(size, 'a');
    EXPECT_TRUE(IsAscii(text));
    for (size_t at = 0; at < size; ++at) {
      std::string with = text;
      with[at] = '\x80';
      EXPECT_FALSE(IsAscii(with)) << size << " " << at;
    }
  }
}

}  // namespace
}  // namespace banto::json
