// What a [[models]] entry makes of a request's body.
#include "proxy/question/edited_body.h"

#include <gtest/gtest.h>

#include <string>

namespace banto {
namespace {

std::string Edited(const std::string& body, const conf::ModelRule& rule, bool name_too = false) {
  json::JsonScan scan;
  EXPECT_EQ(scan.ScanMembers(body), json::JsonStatus::kOk) << body;
  return EditedBody(scan, {rule.set, rule.defaults, rule.strip}, "new", name_too);
}

TEST(EditedBody, OnlyTheModelChangesWithoutOtherRules) {
  EXPECT_EQ(Edited(R"( { "messages" : [1, 2.50 ],"model":"old" , "x":"\u00e9" } )", {}),
            R"({"messages":[1, 2.50 ],"model":"new","x":"\u00e9"})");
  EXPECT_EQ(Edited(R"({"mod\u0065l":"old"})", {}), R"({"mod\u0065l":"new"})");
}

TEST(EditedBody, AMissingModelIsNamed) {
  EXPECT_EQ(Edited("{}", {}), R"({"model":"new"})");
  EXPECT_EQ(Edited(R"({"a":1})", {}), R"({"a":1,"model":"new"})");
}

TEST(EditedBody, OnlySmallRequestsOfOllamaNameTheirModelTwice) {
  EXPECT_EQ(Edited(R"({"name":"old","model":"old"})", {}, true), R"({"name":"new","model":"new"})");
  EXPECT_EQ(Edited(R"({"name":"Ann","model":"old"})", {}), R"({"name":"Ann","model":"new"})");
}

TEST(EditedBody, WhatIsSetReplacesAndDefaultsFillIn) {
  conf::ModelRule rule;
  rule.set.list = {{"temperature", "0.2"}, {"a\"b", "[]"}};
  rule.defaults.list = {{"top_p", "0.5"}, {"n", "1"}, {"temperature", "9"}};
  rule.strip = {"user"};
  EXPECT_EQ(Edited(R"({"temperature":1,"n":null,"us\u0065r":"me","model":"m"})", rule),
            R"({"n":null,"model":"new","temperature":0.2,"a\"b":[],"top_p":0.5})");
}

}  // namespace
}  // namespace banto
