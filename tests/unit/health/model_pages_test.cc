// Lists of models in formats other than the engines', and paginated lists.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "health/engine_detector.h"
#include "health/engine_pages.h"
#include "health/facts_collector.h"
#include "health/model_list.h"

namespace banto::health {
namespace {

using api::WorkerKind;
using Strings = std::vector<std::string>;

Strings Names(const std::vector<ListedModel>& models) {
  Strings names;
  for (const ListedModel& model : models) names.push_back(model.name);
  return names;
}

Strings Listed(const std::string& body) {
  const auto list = ParseModelList(body);
  return list ? Names(*list) : Strings{"no list"};
}

HttpGetResult Answer(int status, const std::string& body) {
  HttpGetResult answer;
  answer.status = status;
  answer.body = body;
  answer.whole = true;
  return answer;
}

TEST(ModelList, EveryShapeIsReadWhereItIsKnownToBeAList) {
  const Strings both = {"a", "b"};
  EXPECT_EQ(Listed(R"([{"id":"a","object":"model"},{"id":"b"}])"), both);
  EXPECT_EQ(Listed(R"({"data":[{"id":"a"},{"name":"b"}]})"), both);
  EXPECT_EQ(Listed(R"({"models":[{"name":"a"},{"model":"b"}]})"), both);
  EXPECT_EQ(Listed(R"(["a","b"])"), both);
  EXPECT_EQ(Listed(R"({"data":["a","b"]})"), both);
  EXPECT_EQ(Listed("[]"), Strings{});
  EXPECT_EQ(Listed(R"({"data":[]})"), Strings{});
  EXPECT_EQ(Listed(R"([{"title":"a"}])"), Strings{"no list"});
  EXPECT_EQ(Listed(R"({"models":7})"), Strings{"no list"});
  EXPECT_EQ(Listed("<html>"), Strings{"no list"});
}

TEST(ModelList, GeminisNamesAreAcceptedWithoutTheirPrefixToo) {
  const Strings names = {"models/g", "g"};
  EXPECT_EQ(Listed(R"({"data":[{"id":"models/g"}]})"), names);
}

TEST(ModelList, AnAppsOwnArrayIsNotAModelList) {
  EXPECT_TRUE(ParseOpenAiModels(R"([{"id":"org/a","object":"model"}])"));
  EXPECT_FALSE(ParseOpenAiModels(R"([{"id":1,"name":"Golf"}])"));
  EXPECT_FALSE(ParseOpenAiModels(R"([{"id":"x7","name":"Golf"}])"));
  EXPECT_FALSE(ParseOpenAiModels(R"(["Golf","Polo"])"));
  EXPECT_FALSE(ParseOpenAiModels(R"({"models":[{"name":"Golf"}]})"));
}

TEST(ModelList, NextPageIsRequestedInTheApisTerms) {
  EXPECT_EQ(NextPage(R"({"object":"list","data":[{"id":"a"}]})"), "");
  EXPECT_EQ(NextPage(R"({"data":[{"id":"a"}],"has_more":false,"last_id":"a"})"), "");
  EXPECT_EQ(NextPage(R"({"data":[{"id":"a"}],"has_more":true,"last_id":"a"})"), "after_id=a");
  EXPECT_EQ(NextPage(R"({"object":"list","data":[{"id":"x/y z"}],"has_more":true})"),
            "after=x%2Fy%20z");
  EXPECT_EQ(NextPage(R"({"models":[{"name":"a"}],"nextPageToken":"t=&"})"), "pageToken=t%3D%26");
  EXPECT_EQ(NextPage(R"({"models":[],"next_page_token":"t"})"), "page_token=t");
  EXPECT_EQ(NextPage(R"({"data":[],"next_page":null})"), "");
  EXPECT_EQ(NextPage("[]"), "");
}

TEST(FactsCollector, PaginatedListIsReadToItsEnd) {
  FactsCollector collector;
  collector.Begin(WorkerKind::kOpenAi);
  EXPECT_EQ(collector.question(), "/v1/models");
  collector.Take(Answer(200, R"({"data":[{"id":"a"}],"has_more":true,"last_id":"a"})"));
  EXPECT_EQ(collector.question(), "/v1/models?after_id=a");
  collector.Take(Answer(200, R"({"data":[{"id":"b"}],"has_more":true,"last_id":"b"})"));
  collector.Take(Answer(200, R"({"data":[{"id":"c"}],"has_more":false,"last_id":"c"})"));
  EXPECT_EQ(collector.question(), "");
  EXPECT_TRUE(collector.Finish({}, 0, false));
  EXPECT_EQ(Names(collector.facts().models), (Strings{"a", "b", "c"}));
}

TEST(FactsCollector, RepeatedPageEndsTheList) {
  FactsCollector collector;
  collector.Begin(WorkerKind::kOpenAi);
  const HttpGetResult same = Answer(200, R"({"data":[{"id":"a"}],"has_more":true,"last_id":"a"})");
  collector.Take(same);
  EXPECT_NE(collector.question(), "");
  collector.Take(same);
  EXPECT_EQ(collector.question(), "");
}

TEST(FactsCollector, NumberOfPagesIsBounded) {
  FactsCollector collector;
  collector.Begin(WorkerKind::kOpenAi);
  int asked = 0;
  while (!collector.question().empty() && asked < 1000) {
    const std::string id = std::to_string(asked++);
    collector.Take(Answer(
        200, R"({"data":[{"id":")" + id + R"("}],"has_more":true,"last_id":")" + id + R"("})"));
  }
  EXPECT_EQ(asked, 50);
}

TEST(FactsCollector, WhyThereIsNoListIsAFactUntilThereIsOne) {
  FactsCollector collector;
  collector.Begin(WorkerKind::kVllm);
  collector.Take(Answer(401, R"({"error":"Unauthorized"})"));
  collector.Take(Answer(200, R"({"version":"0.11.0"})"));
  EXPECT_TRUE(collector.Finish({}, 0, false));
  EXPECT_FALSE(collector.facts().models_known);
  EXPECT_EQ(collector.facts().list_trouble, "GET /v1/models: 401 Unauthorized");
  collector.Begin(WorkerKind::kVllm);
  collector.Take(Answer(401, R"({"error":"Unauthorized"})"));
  collector.Take(Answer(200, R"({"version":"0.11.0"})"));
  EXPECT_FALSE(collector.Finish({}, 1, false)) << "the same again is no news";
  collector.Begin(WorkerKind::kVllm);
  collector.Take(Answer(200, "<html>"));
  collector.Take(Answer(404, ""));
  EXPECT_TRUE(collector.Finish({}, 2, false));
  EXPECT_EQ(collector.facts().list_trouble, "GET /v1/models: 200, but not a list of models");
  collector.Begin(WorkerKind::kVllm);
  collector.Take(Answer(200, R"({"data":[{"id":"m"}]})"));
  collector.Take(Answer(404, ""));
  EXPECT_TRUE(collector.Finish({}, 3, false));
  EXPECT_EQ(collector.facts().list_trouble, "");
}

TEST(ModelList, InvalidNameDoesNotSpoilTheOthers) {
  const std::string bad[] = {R"("\ud800")", R"("a\udc00b")", R"("\ud83d\u0041")", "\"\xFF\"",
                             R"("\ud83d\\ude00")"};
  for (const std::string& name : bad) {
    EngineFacts facts;
    const std::string page = R"({"object":"list","data":[{"id":)" + name + R"(},{"id":"m"}]})";
    ASSERT_TRUE(ReadFacts("/v1/models", page, &facts)) << name;
    EXPECT_EQ(Names(facts.models), Strings{"m"}) << name;
    EXPECT_TRUE(facts.models_unreadable) << name;
    EXPECT_TRUE(ParseOpenAiModels(page)) << name;
  }
  EngineFacts whole;
  ASSERT_TRUE(ReadFacts("/v1/models", R"(["\ud83d\ude00","\\ud800"])", &whole));
  EXPECT_EQ(Names(whole.models), (Strings{"\xF0\x9F\x98\x80", "\\ud800"}));
  EXPECT_FALSE(whole.models_unreadable);
}

std::string LongList(size_t count) {
  std::string list = "[";
  for (size_t i = 0; i < count; ++i) list += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\"";
  return list + "]";
}

TEST(ModelList, ALongListIsCutAndSaysSo) {
  EngineFacts facts;
  ASSERT_TRUE(ReadFacts("/v1/models", LongList(kModelsMax), &facts));
  EXPECT_EQ(facts.models.size(), kModelsMax);
  EXPECT_FALSE(facts.models_cut) << "it is just as long as it may be";
  EngineFacts longer;
  ASSERT_TRUE(ReadFacts("/v1/models", LongList(kModelsMax + 1), &longer));
  EXPECT_EQ(longer.models.size(), kModelsMax);
  EXPECT_TRUE(longer.models_cut);
  EXPECT_FALSE(SameFacts(facts, longer));
}

TEST(ModelList, ObjectWithTooManyMembersIsNotRead) {
  std::string members = R"("id":"m")";
  for (int i = 0; i < 300; ++i) members += ",\"k" + std::to_string(i) + "\":{\"a\":1,\"b\":2}";
  EXPECT_EQ(Listed("[{" + members + "}]"), Strings{"m"}) << "a server's settings are";
  for (int i = 0; i < 1000; ++i) members += ",\"l" + std::to_string(i) + "\":1";
  EXPECT_EQ(Listed("[{" + members + "}]"), Strings{"no list"});
}

}  // namespace
}  // namespace banto::health
