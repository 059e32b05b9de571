#include "health/model_list.h"

#include <gtest/gtest.h>

#include <string>

#include "capture.h"
#include "health/engine_pages.h"
#include "health/facts_collector.h"

namespace banto::health {
namespace {

using api::WorkerKind;

EngineFacts Read(WorkerKind kind,
                 std::initializer_list<std::pair<const char*, HttpGetResult>> pages) {
  EngineFacts facts;
  facts.kind = kind;
  for (const auto& [path, answer] : pages)
    EXPECT_TRUE(ReadFacts(path, answer.body, &facts)) << path;
  return facts;
}

TEST(ModelList, RecordedVllm) {
  const EngineFacts facts = Read(WorkerKind::kVllm, {{"/v1/models", Captured("vllm/v1-models")},
                                                     {"/version", Captured("vllm/version")}});
  ASSERT_EQ(facts.models.size(), 1u);
  EXPECT_EQ(facts.models[0].name, "tiny");
  EXPECT_EQ(facts.models[0].owned_by, "vllm");
  EXPECT_EQ(facts.models[0].revision, "/srv/models1/tiny-8-2048");
  EXPECT_EQ(facts.models[0].created_s, 1795252872);
  EXPECT_EQ(facts.version, "0.32.0");
  EXPECT_TRUE(facts.models_known);
  EXPECT_EQ(
      facts.models[0].openai_model.find(R"({"id":"tiny","object":"model","created":1795252872)"),
      0u);
}

TEST(ModelList, RecordedLlamaCppReportsSlotsAndFile) {
  const EngineFacts facts =
      Read(WorkerKind::kLlamaCpp,
           {{"/v1/models", Captured("llama/v1-models")}, {"/props", Captured("llama/props")}});
  ASSERT_EQ(facts.models.size(), 1u);
  EXPECT_EQ(facts.models[0].name, "gemma3-270m");
  EXPECT_EQ(facts.models[0].revision,
            "Q4_K - Medium 268098176 246587904 /srv/models12/gemma3-270m.gguf");
  EXPECT_EQ(facts.slots, 4);
  EXPECT_EQ(facts.version, "b0-unknown");
}

TEST(ModelList, RecordedOllamaIsMergedFromItsPages) {
  const EngineFacts facts =
      Read(WorkerKind::kOllama, {{"/api/tags", Captured("ollama/api-tags")},
                                 {"/api/ps", Captured("ollama/api-ps")},
                                 {"/v1/models", Captured("ollama/v1-models")},
                                 {"/api/version", Captured("ollama/api-version")}});
  ASSERT_EQ(facts.models.size(), 1u);
  const ListedModel& model = facts.models[0];
  EXPECT_EQ(model.name, "gemma:latest");
  EXPECT_EQ(model.revision, "e754f76f1c915e0ec39601e55b01bd80cc1002334c1a9ca9b087c1b1a0c6c157");
  EXPECT_EQ(model.owned_by, "library");
  EXPECT_NE(model.ollama_tag.find("\"modified_at\":\"2026-11-21T09:23:32.661249126Z\""),
            std::string::npos);
  EXPECT_NE(model.ollama_ps.find("\"expires_at\""), std::string::npos);
  EXPECT_NE(model.openai_model.find("\"id\":\"gemma:latest\""), std::string::npos);
  EXPECT_EQ(facts.version, "0.6.8");
}

TEST(ModelList, AliasesOfLlamaCppAreNamesToo) {
  const auto models =
      ParseOpenAiModels(R"({"data":[{"id":"a","aliases":["a","b"],"meta":{"size":7}}]})");
  ASSERT_TRUE(models);
  ASSERT_EQ(models->size(), 2u);
  EXPECT_EQ((*models)[1].name, "b");
  EXPECT_EQ((*models)[1].revision, (*models)[0].revision);
  EXPECT_EQ((*models)[1].openai_model, "");
}

TEST(ModelList, InfoOfTgiAndTei) {
  const auto tgi = ParseInfo(
      R"({"model_id":"org/m","model_sha":"abc","max_total_tokens":2048,"version":"3.3"})");
  ASSERT_TRUE(tgi);
  EXPECT_FALSE(tgi->is_tei);
  EXPECT_EQ(tgi->revision, "abc");
  const EngineFacts tei =
      Read(WorkerKind::kTei,
           {{"/info", Answer(200, R"({"model_id":"org/e","model_sha":"def",)"
                                  R"("model_type":{"embedding":{}},"version":"1.7"})")}});
  ASSERT_EQ(tei.models.size(), 1u);
  EXPECT_EQ(tei.models[0].name, "org/e");
  EXPECT_EQ(tei.models[0].revision, "def");
  EXPECT_TRUE(tei.models_known);
  EXPECT_FALSE(ParseInfo(R"({"model_id":"of some app"})"));
}

TEST(ModelList, WeightVersionOfSglangIsPartOfTheRevision) {
  const EngineFacts facts =
      Read(WorkerKind::kSglang,
           {{"/v1/models", Answer(200, R"({"data":[{"id":"q","root":"org/q"}]})")},
            {"/get_model_info", Answer(200, R"({"model_path":"org/q","weight_version":"v7"})")}});
  ASSERT_EQ(facts.models.size(), 1u);
  EXPECT_EQ(facts.models[0].revision, "org/q v7");
}

TEST(ModelList, AnEmptyListIsKnownAndNullIsEmpty) {
  EXPECT_EQ(ParseOpenAiModels(R"({"object":"list","data":null})")->size(), 0u);
  EXPECT_EQ(ParseOpenAiModels(R"({"object":"list","data":[]})")->size(), 0u);
  EXPECT_EQ(ParseOllamaModels(R"({"models":null})", false)->size(), 0u);
}

TEST(ModelList, GarbageIsNotAList) {
  const std::string deep(100'000, '[');
  const std::string nested = "{\"data\":" + deep;
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), std::string("<html>"),
        std::string("{\"data\":7}"), std::string("{\"data\":null}"), deep, nested}) {
    EXPECT_FALSE(ParseOpenAiModels(body)) << body.substr(0, 20);
    EXPECT_FALSE(ParseOllamaModels(body, false)) << body.substr(0, 20);
    EXPECT_FALSE(ParseInfo(body));
    EXPECT_FALSE(ParseProps(body));
    EXPECT_FALSE(ParseVersion(body));
  }
}

TEST(ModelList, DeepNestingIsRefused) {
  const std::string nested = std::string(50'000, '[') + std::string(50'000, ']');
  EXPECT_FALSE(ParseOpenAiModels("{\"data\":[{\"id\":\"m\",\"x\":" + nested + "}]}"));
  EXPECT_TRUE(ParseOpenAiModels("{\"data\":[{\"id\":\"m\",\"x\":\"" + nested + "\\\"[\"}]}"));
}

TEST(ModelList, MembersOfOtherTypesAreIgnored) {
  const auto models = ParseOpenAiModels(R"({"data":[{"id":7},{"id":""},"x",null,{"id":"m",)"
                                        R"("created":"now","owned_by":null,"root":[1]}]})");
  ASSERT_TRUE(models);
  ASSERT_EQ(models->size(), 1u);
  EXPECT_EQ((*models)[0].name, "m");
  EXPECT_EQ((*models)[0].created_s, 0);
}

TEST(EngineFacts, TimeOfTheRequestIsNotAChange) {
  // Two answers of one llama.cpp, recorded seconds apart, differ only in `created`.
  EngineFacts first = Read(WorkerKind::kVllm, {{"/v1/models", Captured("vllm/v1-models")}});
  EngineFacts later = first;
  later.models[0].created_s += 24;
  later.models[0].openai_model += " ";
  EXPECT_TRUE(SameFacts(first, later));
  later.models[0].revision = "other";
  EXPECT_FALSE(SameFacts(first, later));
}

TEST(FactsCollector, UnavailableListIsNotAnEmptyList) {
  FactsCollector collector;
  collector.Begin(WorkerKind::kOpenAi);
  ASSERT_TRUE(collector.Take(Captured("vllm/v1-models")));
  EXPECT_EQ(collector.question(), "");
  EXPECT_TRUE(collector.Finish({}, 0, false));
  EXPECT_FALSE(collector.Due(29'999));
  EXPECT_TRUE(collector.Due(30'000));
  collector.Begin(WorkerKind::kOpenAi);
  ASSERT_TRUE(collector.Take(Answer(429)));
  EXPECT_FALSE(collector.Finish({}, 30'000, false)) << "nothing changed";
  EXPECT_EQ(collector.facts().models.size(), 1u);
}

TEST(FactsCollector, FlipBringsTheNextRequestForward) {
  FactsCollector collector;
  collector.Begin(WorkerKind::kHttp);
  EXPECT_EQ(collector.question(), "") << "an app has no lists";
  EXPECT_TRUE(collector.Finish({}, 0, false)) << "but its kind is news";
  collector.DueAt(5'000);
  EXPECT_TRUE(collector.Due(5'000));
  EXPECT_FALSE(collector.Due(4'999));
}

}  // namespace
}  // namespace banto::health
