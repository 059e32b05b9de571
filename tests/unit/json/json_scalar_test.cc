#include "proxy/json/json_scalar.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace banto::json {
namespace {

// What is written of the numbers at the start of `text`, and what is left of it.
std::vector<std::string> Numbers(std::string_view text, bool in_array) {
  std::string out(text.size() + 32, '\0');
  const char* const end = text.data() + text.size();
  const JsonPlace at = ReadJsonNumbers<true>({text.data(), out.data()}, end, in_array);
  if (at.out == nullptr) return {"broken", std::string(at.in, end)};
  return {std::string(out.data(), at.out), std::string(at.in, end)};
}

using Texts = std::vector<std::string>;

TEST(JsonScalar, InAnArrayTheNumbersThatFollowAreReadToo) {
  EXPECT_EQ(Numbers("1 , 2", false), (Texts{"1", " , 2"}));
  EXPECT_EQ(Numbers("1, 2,\n-3.5e2]", true), (Texts{"1,2,-3.5e2", "]"}));
  EXPECT_EQ(Numbers("1,\"a\"]", true), (Texts{"1", ",\"a\"]"}));
  EXPECT_EQ(Numbers("1,]", true), (Texts{"1", ",]"}));
}

TEST(JsonScalar, ABrokenNumberIsPointedAt) {
  EXPECT_EQ(Numbers("-x", false), (Texts{"broken", "-x"}));
  EXPECT_EQ(Numbers("1,-]", true), (Texts{"broken", "-]"}));
}

TEST(JsonScalar, ALiteralIsAllThereOrBroken) {
  const std::string text = "truefals";
  const char* const end = text.data() + text.size();
  std::string out(16, '\0');
  const JsonPlace at = ReadJsonLiteral<true>({text.data(), out.data()}, end, "true");
  EXPECT_EQ(std::string(out.data(), at.out), "true");
  EXPECT_EQ(at.in, text.data() + 4);
  EXPECT_EQ(ReadJsonLiteral<true>(at, end, "false").out, nullptr);
}

TEST(JsonScalar, WhatIsTooDeepIsPassedOverByItsBrackets) {
  const std::string text = R"([{"]":"\"}"},[]] rest)";
  const char* const end = text.data() + text.size();
  EXPECT_EQ(std::string(SkipJsonBrackets(text.data(), end), end), " rest");
  EXPECT_EQ(SkipJsonBrackets(text.data(), end - 6), nullptr);
}

}  // namespace
}  // namespace banto::json
