#include "proxy/http/query_argument.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::http {
namespace {

// "name=value;" of each argument that may be input_text.
std::string Found(std::string_view query) {
  std::string text;
  ForEachArgument(query, "input_text",
                  [&text](std::string_view name, std::string_view value, bool has_value) {
                    text += std::string(name) + (has_value ? "=" : "!") + std::string(value) + ";";
                  });
  return text;
}

TEST(QueryArgument, NamesAreComparedDecoded) {
  EXPECT_EQ(Found("input_text=hello&%69nput_text=EVIL&a=1"), "input_text=hello;input_text=EVIL;");
  EXPECT_EQ(Found("input%5Ftext=a"), "input_text=a;");
  EXPECT_EQ(Found("a=input_text=b&&=x"), "");
}

TEST(QueryArgument, ARepeatedNameGivesAllItsValuesInTheirOrder) {
  EXPECT_EQ(Found("input_text=b&x=1&input_text=a"), "input_text=b;input_text=a;");
  EXPECT_NE(Found("input_text=a&input_text=b"), Found("input_text=b&input_text=a"));
}

TEST(QueryArgument, MissingValueDiffersFromAnEmptyOne) {
  EXPECT_EQ(Found("input_text"), "input_text!;");
  EXPECT_EQ(Found("input_text="), "input_text=;");
}

TEST(QueryArgument, NamesThatSomeServerConfusesCount) {
  for (const char* const name :
       {"INPUT_TEXT", "input.text", "input-text", "input_text%5B%5D", "input_text[]",
        "input_text[0]", "+input_text", "%20input_text", "input+text", "input_text%00",
        "%2569nput_text", "%u0069nput_text", "%C4%B1nput_text"}) {
    const std::string query = std::string(name) + "=v";
    EXPECT_EQ(Found(query), query + ";");
  }
  for (const char* const name :
       {"input_texts", "text", "xinput_text", "utm_source", "input__text"}) {
    EXPECT_EQ(Found(std::string(name) + "=v"), "") << name;
  }
}

TEST(QueryArgument, ArrayVariablesCount) {
  EXPECT_EQ(MatchArgument("ids", "ids[]"), ArgumentMatch::kPerhaps);
  EXPECT_EQ(MatchArgument("ids[]", "ids[]"), ArgumentMatch::kExact);
  EXPECT_EQ(MatchArgument("f", "f[name]"), ArgumentMatch::kPerhaps);
  EXPECT_EQ(MatchArgument("id", "ids[]"), ArgumentMatch::kNo);
}

TEST(QueryArgument, SemicolonMaySplitTheQuery) {
  EXPECT_TRUE(IsCutAlike("a=1&b=2%3B"));
  EXPECT_FALSE(IsCutAlike("a=1;b=2"));
  EXPECT_FALSE(IsCutAlike("a=1#b=2"));
}

}  // namespace
}  // namespace banto::http
