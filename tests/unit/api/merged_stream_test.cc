#include "proxy/api/merged_stream.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace banto::api {
namespace {

constexpr MergeRules::Named kNamed[] = {
    {"role", Merge::kFirst}, {"name", Merge::kOnce}, {"noise", Merge::kDrop}};
constexpr MergeRules kRules = {Merge::kJoin, Merge::kByIndex, Merge::kJoin, kNamed};

// What a stream of these says, and the same added up one by one; nothing: it is refused.
std::optional<std::string> Sum(const std::vector<std::string>& objects) {
  std::string frames;
  for (const std::string& object : objects) frames += "data: " + object + "\n\n";
  frames += "data: [DONE]\n\n";
  TextStore store;
  MergedStream stream(http::StreamFraming::kSse, kRules);
  if (!stream.Add(frames, &store)) return std::nullopt;
  std::string text;
  stream.sum().AppendTo(&text);
  return text;
}

std::optional<std::string> OneByOne(const std::vector<std::string>& objects) {
  MergedJson sum;
  for (const std::string& object : objects) {
    if (!sum.AddObject(object, kRules)) return std::nullopt;
  }
  std::string text;
  sum.AppendTo(&text);
  return text;
}

std::vector<std::string> Tokens(const std::string& before, const std::string& after) {
  std::vector<std::string> objects;
  for (const char* text : {"a", "b", "", "c\\n\\\"", "\\ud83d", "\\ude00", "é", "d}],{[", "e"})
    objects.emplace_back(before).append(text).append(after);
  return objects;
}

TEST(MergedStream, TokensAddUpAsIfEachWereParsed) {
  const std::vector<std::vector<std::string>> streams = {
      Tokens(R"({"id":"x","t":")", R"("})"),
      Tokens(R"({"t":")", R"(","role":"x","n":1.50,"none":null,"empty":[]})"),
      Tokens(R"({"c":[{"index":0,"d":{"t":")", R"("},"finish":null}],"noise":3})"),
      // Which do more than add to one text.
      Tokens(R"({"t":"x","u":")", R"("})"),
      Tokens(R"({"t":")", R"(","list":[1]})"),
      Tokens(R"({"c":[{"t":")", R"("}]})"),
      Tokens(R"({"name":")", R"("})"),
      Tokens(R"({"t":")", R"(","t":{"u":"v"}})"),
      Tokens(R"({"o":{"t":")", R"("},"o":[]})"),
  };
  for (const auto& objects : streams) EXPECT_EQ(Sum(objects), OneByOne(objects)) << objects[0];
}

TEST(MergedStream, WhatDiffersElsewhereIsParsed) {
  auto objects = Tokens(R"({"t":")", R"(","n":1})");
  for (const char* other : {R"({"t":"f","n":2})", R"({"t":"g","n":2,"m":[3]})", R"({"n":4})"})
    objects.push_back(other);
  for (const std::string& more : Tokens(R"({"t":")", R"(","n":5})")) objects.push_back(more);
  EXPECT_EQ(Sum(objects), OneByOne(objects));
}

TEST(MergedStream, WhatIsNoTextIsRefusedThereToo) {
  for (const char* bad : {"\xff", "\\x", "\x01", "\n"}) {
    auto objects = Tokens(R"({"t":")", R"("})");
    objects.push_back(R"({"t":")" + std::string(bad) + R"("})");
    EXPECT_EQ(Sum(objects), std::nullopt) << bad;
  }
}

TEST(MergedStream, AnUnfinishedFrameIsRefused) {
  TextStore store;
  for (const char* frames : {"data: {}\n\ndata: {}\n", "data: {}", "\n\ndata: {}\n\n"}) {
    MergedStream stream(http::StreamFraming::kSse, kRules);
    EXPECT_FALSE(stream.Add(frames, &store)) << frames;
  }
}

}  // namespace
}  // namespace banto::api
