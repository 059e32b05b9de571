#include "proxy/api/merged_stream.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/stream_reader.h"

namespace banto::api {
namespace {

constexpr MergeRules::Named kNamed[] = {
    {"role", Merge::kFirst}, {"name", Merge::kOnce}, {"noise", Merge::kDrop}, {"at", Merge::kLast}};
constexpr MergeRules kRules = {Merge::kJoin, Merge::kByIndex, Merge::kJoin, kNamed};

// What these frames say; nothing: they are refused. `parsed`: how many were.
std::optional<std::string> SumOf(const std::string& frames, http::StreamFraming framing,
                                 int* parsed = nullptr) {
  TextStore store;
  MergedJson sum;
  int count = 0;
  MergedStream stream(framing, [&](std::string_view data, MergedJson::Trace* trace) {
    ++count;
    return IsDone(data) || sum.AddObject(data, kRules, trace);
  });
  if (!stream.Add(frames, &store)) return std::nullopt;
  if (parsed != nullptr) *parsed = count;
  std::string text;
  sum.AppendTo(&text);
  return text;
}

// What a stream of these says, and the same added up one by one.
std::optional<std::string> Sum(const std::vector<std::string>& objects, int* parsed = nullptr) {
  std::string frames;
  for (const std::string& object : objects) frames += "data: " + object + "\n\n";
  return SumOf(frames + "data: [DONE]\n\n", http::StreamFraming::kSse, parsed);
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

TEST(MergedStream, FramesThatDifferInAFewTextsAreNotParsed) {
  const auto both = [](const char* at, const char* text) {
    return std::string(R"({"at":")") + at + R"(","o":{"t":")" + text + R"("},"done":false})";
  };
  const std::vector<std::string> objects = {both("1", "a"), both("2", "b"), both("3", "c"),
                                            both("33", ""), both("", "e"),  both("5", "\\n")};
  int parsed = 0;
  EXPECT_EQ(Sum(objects, &parsed), R"({"at":"5","o":{"t":"abce\n"},"done":false})");
  EXPECT_EQ(parsed, 3);  // what is told, what changes of it, and the end
}

TEST(MergedStream, AMemberThatIsToldTwiceIsReadTwice) {
  const std::vector<std::vector<std::string>> streams = {
      {R"({"name":"n"})", R"({"name":"n","name":"m"})", R"({"name":"n","name":"k"})"},
      {R"({"at":"v"})", R"({"at":"v","at":"w"})", R"({"at":"v","at":""})"},
      {R"({"c":[{"index":0,"at":"v"}]})", R"({"c":[{"index":0,"at":"v"},{"index":0,"at":"w"}]})",
       R"({"c":[{"index":0,"at":"v"},{"index":0,"at":""}]})"},
  };
  for (const auto& objects : streams) EXPECT_EQ(Sum(objects), OneByOne(objects)) << objects[1];
}

TEST(MergedStream, MoreTextsThanAreRememberedAreParsed) {
  std::vector<std::string> objects;
  for (const char* text : {"a", "b", "c"}) {
    std::string object = "{";
    for (const char* key : {"p", "q", "r", "s", "t"})
      object.append(object.size() > 1 ? "," : "")
          .append("\"")
          .append(key)
          .append("\":\"")
          .append(std::string(text) + "\"");
    objects.push_back(object + "}");
  }
  int parsed = 0;
  EXPECT_EQ(Sum(objects, &parsed), OneByOne(objects));
  EXPECT_EQ(parsed, 4);
}

TEST(MergedStream, NamedEventsAndLinesAreLikeTheOneBeforeToo) {
  std::string events, lines;
  for (const std::string& object : Tokens(R"({"t":")", R"("})")) {
    events += "event: e\ndata: " + object + "\n\n";
    lines += object + "\n";
  }
  const auto expected = OneByOne(Tokens(R"({"t":")", R"("})"));
  for (int parsed = 0;
       const auto& [frames, framing] : {std::pair(events, http::StreamFraming::kSse),
                                        std::pair(lines, http::StreamFraming::kNdjson)}) {
    EXPECT_EQ(SumOf(frames, framing, &parsed), expected);
    EXPECT_EQ(parsed, 2);
  }
}

TEST(MergedStream, DataOnSeveralLinesAreJoined) {
  EXPECT_EQ(SumOf("data: {\ndata: \"t\":\"a\"}\n\ndata: {\ndata: \"t\":\"b\"}\n\n",
                  http::StreamFraming::kSse),
            R"({"t":"ab"})");
}

TEST(MergedStream, AnUnfinishedFrameIsRefused) {
  for (const char* frames : {"data: {}\n\ndata: {}\n", "data: {}", "\n\ndata: {}\n\n"})
    EXPECT_EQ(SumOf(frames, http::StreamFraming::kSse), std::nullopt) << frames;
}

}  // namespace
}  // namespace banto::api
