#include "proxy/api/merged_json.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace banto::api {
namespace {

constexpr MergeRules::Named kNamed[] = {
    {"role", Merge::kFirst}, {"noise", Merge::kDrop}, {"list", Merge::kByPlace}};
constexpr MergeRules kJoining = {Merge::kJoin, Merge::kByIndex, Merge::kJoin, kNamed};
constexpr MergeRules kLasting = {Merge::kLast, Merge::kLast, Merge::kLast, {}};

std::string Sum(const MergeRules& rules, std::initializer_list<const char*> parts) {
  MergedJson sum;
  for (const char* part : parts) {
    if (!sum.AddObject(part, rules)) return "(refused)";
  }
  std::string text;
  sum.AppendTo(&text);
  return text;
}

TEST(MergedJson, TextsJoinAsTheyWereSpelt) {
  EXPECT_EQ(Sum(kJoining, {R"({"a":"x\n"})", R"({"a":"\ud83d"})", R"({"a":"\ude00é"})"}),
            R"({"a":"x\n\ud83d\ude00é"})");
}

TEST(MergedJson, NullAndEmptyNeverReplaceAValue) {
  EXPECT_EQ(Sum(kJoining, {R"({"a":null})", R"({"a":""})", R"({"a":"x"})", R"({"a":null})"}),
            R"({"a":"x"})");
  EXPECT_EQ(Sum(kLasting, {R"({"a":{"b":1}})", R"({"a":null})"}), R"({"a":{"b":1}})");
  EXPECT_EQ(Sum(kLasting, {R"({"a":"stop"})", R"({"a":""})"}), R"({"a":"stop"})");
}

TEST(MergedJson, TheLaterOrTheFirstCountsAsTheRuleSays) {
  EXPECT_EQ(Sum(kLasting, {R"({"a":[1],"b":{"c":1}})", R"({"a":[2],"b":{"d":2}})"}),
            R"({"a":[2],"b":{"d":2}})");
  EXPECT_EQ(Sum(kJoining, {R"({"role":""})", R"({"role":"x"})", R"({"role":"y"})"}),
            R"({"role":"x"})");
  EXPECT_EQ(Sum(kJoining, {R"({"noise":1,"a":1})", R"({"noise":2})"}), R"({"a":1})");
}

TEST(MergedJson, NumbersStayByteForByte) {
  EXPECT_EQ(Sum(kJoining, {R"({"a":[12345678901234567890,1.10]})", R"({"a":[-0.0e-1]})"}),
            R"({"a":[12345678901234567890,1.10,-0.0e-1]})");
}

TEST(MergedJson, ElementsWithAnIndexAreOneAndOthersAreAppended) {
  EXPECT_EQ(
      Sum(kJoining, {R"({"a":[{"index":1,"t":"x"}]})", R"({"a":[{"index":0,"t":"y"},{"t":"z"}]})",
                     R"({"a":[{"index":1,"t":"w"},{"t":"v"}]})"}),
      R"({"a":[{"index":0,"t":"y"},{"index":1,"t":"xw"},{"t":"z"},{"t":"v"}]})");
  EXPECT_EQ(Sum(kJoining, {R"({"list":[{"t":"a"},{"t":"b"}]})", R"({"list":[{"t":"c"}]})"}),
            R"({"list":[{"t":"ac"},{"t":"b"}]})");
}

TEST(MergedJson, MembersKeepTheOrderInWhichTheyAppeared) {
  EXPECT_EQ(Sum(kJoining, {R"({"b":1,"a":{"y":1}})", R"({"c":2,"a":{"x":2},"b":3})"}),
            R"({"b":3,"a":{"y":1,"x":2},"c":2})");
}

TEST(MergedJson, EmptyArraysAddNothing) {
  EXPECT_EQ(Sum(kLasting, {R"({"a":[ ]})"}), R"({"a":[ ]})");
  constexpr MergeRules kLists = {Merge::kLast, Merge::kJoin, Merge::kJoin, {}};
  EXPECT_EQ(Sum(kLists, {R"({"a":[]})", R"({"a":[1, 2 ]})", R"({"a":[ ]})", R"({"a":[3]})"}),
            R"({"a":[1, 2 ,3]})");
}

TEST(MergedJson, WhatIsNoObjectOrTooDeepOrTooWideIsRefused) {
  EXPECT_EQ(Sum(kJoining, {"[]"}), "(refused)");
  EXPECT_EQ(Sum(kJoining, {R"({"a":)"}), "(refused)");
  EXPECT_EQ(Sum(kJoining, {"{} x"}), "(refused)");
  EXPECT_EQ(Sum(kJoining, {"{\"a\":\"\xff\"}"}), "(refused)");
  std::string deep = "1", wide = "{";
  for (int i = 0; i < 60; ++i) deep = R"({"a":)" + deep + "}";
  for (int i = 0; i < 300; ++i) wide += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":1";
  EXPECT_EQ(Sum(kJoining, {deep.c_str()}), "(refused)");
  EXPECT_EQ(Sum(kJoining, {(wide + "}").c_str()}), "(refused)");
}

}  // namespace
}  // namespace banto::api
