// What a long object says in its short members, read from pieces of any size.
#include "proxy/json/json_outline.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::json {
namespace {

std::string OutlineOf(const std::string& text, size_t piece) {
  JsonOutline outline;
  for (size_t at = 0; at < text.size(); at += piece) outline.Take(text.substr(at, piece));
  return std::string(outline.text());
}

TEST(JsonOutline, AShortObjectStaysAsItIs) {
  const std::string text = R"( {"a":1, "b":{"c":[1,"}"]},"d":"\"}" } )";
  for (const size_t piece : {1, 3, 1000}) EXPECT_EQ(OutlineOf(text, piece), text);
}

TEST(JsonOutline, LongValuesAreLeftEmptyWhateverTheyAre) {
  const std::string letters(JsonOutline::kValueMax * 2, 'x');
  const std::string text = R"({"s":"\"},)" + letters + R"(\\","l" : [{"usage":")" + letters +
                           R"("},[]],"o":{"usage":{"n":")" + letters +
                           R"("}},"usage":{"n":1},"n":1)" + std::string(5000, '0') + "}";
  for (const size_t piece : {1, 7, 100'000})
    EXPECT_EQ(OutlineOf(text, piece), R"({"s":"","l" :[],"o":{},"usage":{"n":1},"n":null})");
}

TEST(JsonOutline, WhatHasNoEndIsBounded) {
  JsonOutline outline;
  for (int i = 0; i < 100'000; ++i) outline.Take(R"({"a":1,)");
  EXPECT_LE(outline.text().size(), JsonOutline::kTextMax);
  JsonOutline brackets;
  for (int i = 0; i < 100'000; ++i) brackets.Take("]}]}");
  EXPECT_LE(brackets.text().size(), JsonOutline::kTextMax);
}

}  // namespace
}  // namespace banto::json
