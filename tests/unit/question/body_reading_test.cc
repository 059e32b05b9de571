#include "proxy/question/body_reading.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/api/known_operations.h"

namespace banto {
namespace {

// The scan sees into `body`.
BodyReading Read(std::string_view body, json::JsonScan* scan) {
  const BodyReading canonical = ReadBody(body, true, scan);
  json::JsonScan members;
  EXPECT_EQ(ReadBody(body, false, &members), canonical) << body;
  return canonical;
}

BodyReading Read(std::string_view body) {
  json::JsonScan scan;
  return Read(body, &scan);
}

TEST(BodyReading, OddBodiesWithOneModelAreClear) {
  json::JsonScan scan;
  for (const char* body :
       {R"({"model":"m"})", R"({})", R"({"model":5})", "\xEF\xBB\xBF{\"model\":\"m\"}",
        R"({"model":"m","x":"\ud800"})", "{\"model\":\"m\",\"x\":\"\xFF\"}",
        R"({"model":"m","a":1,"a":2})", R"({"x":{"Model":1},"model":"m"})"}) {
    EXPECT_EQ(Read(body, &scan), BodyReading::kClear) << body;
  }
  Read(R"({"model":"m","a":1,"a":2})", &scan);
  EXPECT_STREQ(BodyTrouble("\xEF\xBB\xBF{}", scan), "duplicate_key");
  Read("\xEF\xBB\xBF{}", &scan);
  EXPECT_STREQ(BodyTrouble("\xEF\xBB\xBF{}", scan), "byte_order_mark");
  EXPECT_EQ(BodyTrouble("{}", scan), nullptr);
}

TEST(BodyReading, AModelThatEnginesReadDifferentlyIsAmbiguous) {
  json::JsonScan scan;
  EXPECT_EQ(Read(R"({"model":"a","model":"b"})", &scan), BodyReading::kAmbiguous);
  EXPECT_EQ(ModelSpellings(scan), R"("model" and "model")");
  EXPECT_EQ(Read(R"({"Model":"a","model":"b"})", &scan), BodyReading::kAmbiguous);
  EXPECT_EQ(ModelSpellings(scan), R"("Model" and "model")");
  EXPECT_EQ(Read(R"({"MODEL":"a"})", &scan), BodyReading::kAmbiguous);
  EXPECT_EQ(ModelSpellings(scan), R"("MODEL")");
  EXPECT_EQ(Read(R"({"model":"a","mod\u0065l":"b"})"), BodyReading::kAmbiguous);
}

TEST(BodyReading, WhatIsNoObjectToItsEndIsUnread) {
  for (const char* body :
       {"", "[]", "null", "\"m\"", "{", R"({"model":"m"} x)", R"({"model":"m",})", "{'model':'m'}",
        "--boundary\r\n", "\xFF\xFE{\0", R"({"model":"\ud800"})"}) {
    EXPECT_EQ(Read(body), BodyReading::kUnread) << body;
  }
}

TEST(BodyReading, ItIsUnreadBehindTooManyMembers) {
  std::string body = R"({"model":"m")";
  for (uint32_t i = 0; i < json::JsonScan::kMembersMax; ++i) body += R"(,"k":1)";
  EXPECT_EQ(Read(body + "}"), BodyReading::kUnread);
}

upstream::WorkerGroupPtr GroupOf(const std::vector<upstream::WorkerPtr>& workers) {
  auto group = std::make_shared<upstream::WorkerGroup>();
  group->workers = workers;
  return group;
}

TEST(BodyReading, TheOnlyGroupIsTheOneThatEveryModelLeadsTo) {
  const auto a = std::make_shared<const upstream::Worker>();
  const auto b = std::make_shared<const upstream::Worker>();
  Snapshot snapshot;
  EXPECT_EQ(OnlyGroup(snapshot, *api::known::kChat), nullptr);
  snapshot.models["m"] = GroupOf({a, b});
  EXPECT_EQ(OnlyGroup(snapshot, *api::known::kChat), snapshot.models["m"].get());
  EXPECT_EQ(OnlyGroup(snapshot, *api::known::kOllamaChat), snapshot.models["m"].get());
  snapshot.models["n"] = GroupOf({a, b});
  EXPECT_NE(OnlyGroup(snapshot, *api::known::kChat), nullptr);
  snapshot.unasked = {"c"};
  EXPECT_EQ(OnlyGroup(snapshot, *api::known::kChat), nullptr);
  snapshot.unasked.clear();
  snapshot.any_model = GroupOf({b});
  EXPECT_EQ(OnlyGroup(snapshot, *api::known::kChat), nullptr);
  snapshot.any_model = nullptr;
  snapshot.models["o"] = GroupOf({a});
  EXPECT_EQ(OnlyGroup(snapshot, *api::known::kChat), nullptr);
}

TEST(BodyReading, AKeyOrABillIsThatOfAnyWorkerOfTheGroup) {
  const auto plain = std::make_shared<upstream::Worker>();
  const auto keyed = std::make_shared<upstream::Worker>();
  keyed->own_key = true;
  const auto billing = std::make_shared<upstream::Worker>();
  billing->bills = true;
  EXPECT_FALSE(HoldsKeyOrBills(*GroupOf({plain, plain})));
  EXPECT_TRUE(HoldsKeyOrBills(*GroupOf({plain, keyed})));
  EXPECT_TRUE(HoldsKeyOrBills(*GroupOf({billing, plain})));
}

TEST(BodyReading, FormsOfApisWithModelsAreNotNative) {
  json::JsonScan scan;
  const auto native = [&scan](const char* body) {
    scan.ScanMembers(body);
    return MayBeNative(scan);
  };
  EXPECT_TRUE(native(R"({"query":"q","texts":["a"]})"));
  EXPECT_TRUE(native(R"({"inputs":"hello"})"));
  EXPECT_FALSE(native(R"({"query":"q","documents":["a"]})"));
  EXPECT_FALSE(native(R"({"messages":[]})"));
  EXPECT_FALSE(native(R"({"prompt":"x"})"));
}

}  // namespace
}  // namespace banto
