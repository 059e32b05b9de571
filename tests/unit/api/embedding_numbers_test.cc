#include "proxy/api/embedding_numbers.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace banto::api {
namespace {

std::string Numbers(const char* base64) {
  std::string json;
  AppendNumbers(base64, &json);
  return json;
}

std::string Base64(const char* numbers) {
  std::string text;
  AppendBase64(numbers, &text);
  return text;
}

TEST(EmbeddingNumbers, WhatIsNoVectorIsToldFromOne) {
  for (const char* row : {"[1]", "[0, -1.5e3]", R"("AACAPwAAAMA=")", R"("zczMPQ==")"})
    EXPECT_TRUE(AreNumbers(row)) << row;
  for (const char* row : {"", "[]", "null", "5", "{}", R"(["a"])", "[1,null]", "[[1]]", R"("")",
                          R"("####")", R"("QQ==")", R"("AACAPwAAwH8=")"})  // the last: 1, NaN
    EXPECT_FALSE(AreNumbers(row)) << row;
}

TEST(EmbeddingNumbers, FloatsComeBackBitByBit) {
  EXPECT_EQ(Base64("[1, -2]"), "AACAPwAAAMA=");
  EXPECT_EQ(Numbers("AACAPwAAAMA="), "[1,-2]");
  EXPECT_EQ(Numbers("zczMPQ=="), "[0.1]");
  EXPECT_EQ(Base64("[0.1]"), "zczMPQ==");
  EXPECT_EQ(Base64("[0.1,0.2,0.30000001]"),
            Base64(Numbers(Base64("[0.1,0.2,0.3]").c_str()).c_str()));
}

std::string Bytes(uint32_t bits) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(bits >> (8 * i) & 0xff));
  return bytes;
}

TEST(EmbeddingNumbers, EveryFiniteFloatSurvivesBothForms) {
  // Zeros, subnormals, the smallest and the largest, and a million others.
  std::vector<uint32_t> patterns = {0,          0x80000000, 1,          0x80000001, 0x007fffff,
                                    0x00800000, 0x7f7fffff, 0xff7fffff, 0x3f800000, 0x3f800001};
  std::mt19937 random(1);
  while (patterns.size() < 1'000'000) {
    const auto bits = static_cast<uint32_t>(random());
    if ((bits & 0x7f800000) != 0x7f800000) patterns.push_back(bits);
  }
  std::string floats;
  for (const uint32_t bits : patterns) floats += Bytes(bits);
  std::string numbers, base64 = "\"", of_numbers, of_base64;
  WriteNumbers(floats, &numbers);
  WriteBase64(floats, &base64);
  ASSERT_TRUE(ReadFloats(numbers, &of_numbers));
  EXPECT_TRUE(of_numbers == floats);
  ASSERT_TRUE(ReadFloats(base64 + '"', &of_base64));
  EXPECT_TRUE(of_base64 == floats);
}

TEST(EmbeddingNumbers, DoublesThatAreFloatsAreReadExactly) {  // as llama.cpp and Python print them
  std::mt19937 random(2);
  for (int i = 0; i < 100'000; ++i) {
    const auto bits = static_cast<uint32_t>(random());
    const auto number = std::bit_cast<float>(bits);
    if (!std::isfinite(number)) continue;
    char digits[64];
    const int size = std::snprintf(digits, sizeof digits, "[%.17g]", static_cast<double>(number));
    std::string floats;
    ASSERT_TRUE(ReadFloats({digits, static_cast<size_t>(size)}, &floats)) << digits;
    ASSERT_EQ(floats, Bytes(bits)) << digits;
  }
}

TEST(EmbeddingNumbers, TheSignOfAZeroIsWrittenSoThatReadersKeepIt) {
  std::string json;
  WriteNumbers(Bytes(0x80000000) + Bytes(0), &json);
  EXPECT_EQ(json, "[-0.0,0]");
}

TEST(EmbeddingNumbers, WhatIsTooLargeIsNoVector_AndWhatIsTooSmallIsZero) {
  std::string floats;
  for (const char* row : {"[1e39]", "[-1e39]", "[1e999]", "[1,1e39]", "[]", "[null]", "[\"1\"]",
                          "[[1]]", "[true]", "7", "\"\"", "\"QQ==\"", "\"AADAfw==\""})
    EXPECT_FALSE(ReadFloats(row, &floats)) << row;
  floats.clear();
  EXPECT_TRUE(ReadFloats("[1e-60,-1e-60]", &floats));
  EXPECT_EQ(floats, Bytes(0) + Bytes(0x80000000));
}

TEST(EmbeddingNumbers, SlashesMayBeEscaped_AndWhatIsNoNumberIsZero) {
  EXPECT_EQ(Numbers("\\/\\/\\/\\/\\/w=="), Numbers("/////w=="));
  EXPECT_EQ(Numbers("/////w=="), "[0]");
}

TEST(EmbeddingNumbers, RubbishIsNoVector) {
  EXPECT_EQ(Numbers("!!"), "[]");
  EXPECT_EQ(Numbers("AAA="), "[]");
  EXPECT_EQ(Numbers(""), "[]");
  EXPECT_EQ(Base64("7"), "");
  EXPECT_EQ(Base64("[null]"), "");
}

}  // namespace
}  // namespace banto::api
