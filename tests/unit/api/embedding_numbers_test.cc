#include "proxy/api/embedding_numbers.h"

#include <gtest/gtest.h>

#include <string>

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
