#include "health/engine_detector.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "capture.h"
#include "proxy/api/engine_traits.h"

namespace banto::health {
namespace {

using api::WorkerKind;
using State = EngineDetector::State;
using Pages = std::map<std::string, HttpGetResult>;

struct Found {
  EngineDetector detector;
  std::vector<std::string> asked;
};

// Plays `pages` to a detector; other paths get `otherwise`.
Found Detect(const Pages& pages,
             const HttpGetResult& otherwise = Answer(404, "{\"detail\":\"Not Found\"}")) {
  Found found;
  while (found.detector.state() == State::kAsking && found.asked.size() < 20) {
    const std::string path = found.detector.question();
    found.asked.push_back(path);
    const auto page = pages.find(path);
    found.detector.Observe(page == pages.end() ? otherwise : page->second);
  }
  return found;
}

WorkerKind KindOf(const Pages& pages) {
  const Found found = Detect(pages);
  EXPECT_EQ(found.detector.state(), State::kFound);
  return found.detector.kind();
}

constexpr const char* kUnknownList = R"({"object":"list","data":[{"id":"m","object":"model",)"
                                     R"("created":1700000000,"owned_by":"sim"}]})";
constexpr const char* kOpenAiList =
    R"({"object":"list","data":[{"id":"gpt-4o","object":"model","owned_by":"openai"}]})";

TEST(EngineDetector, AWordOfARowTellsItsKind) {
  for (const api::EngineTraits& traits : api::kEngineTraits) {
    const std::string list =
        R"({"object":"list","data":[{"id":"m","owned_by":")" + std::string(traits.owner) + "\"}]}";
    const WorkerKind by_owner = *traits.owner != '\0' ? traits.kind : WorkerKind::kAuto;
    EXPECT_EQ(EngineOfModels(Answer(200, list)), by_owner) << traits.name;
    const WorkerKind by_server = *traits.server != '\0' ? traits.kind : WorkerKind::kAuto;
    EXPECT_EQ(EngineOfModels(Answer(404, "", "", traits.server)), by_server) << traits.name;
  }
}

TEST(EngineDetector, RecordedVllmIsDetectedByOneRequest) {
  const Found found = Detect({{"/v1/models", Captured("vllm/v1-models")}});
  EXPECT_EQ(found.detector.kind(), WorkerKind::kVllm);
  EXPECT_EQ(found.asked, std::vector<std::string>{"/v1/models"});
}

TEST(EngineDetector, RecordedLlamaCppIsDetectedByItsServerField) {
  EXPECT_EQ(KindOf({{"/v1/models", Captured("llama/v1-models")}}), WorkerKind::kLlamaCpp);
  EXPECT_EQ(KindOf({{"/v1/models", Captured("llama/not-found")}}), WorkerKind::kLlamaCpp);
}

TEST(EngineDetector, RecordedOllamaIsDetectedWithAndWithoutModels) {
  EXPECT_EQ(KindOf({{"/v1/models", Captured("ollama/v1-models")}}), WorkerKind::kOllama);
  const Pages empty = {{"/v1/models", Answer(200, R"({"object":"list","data":null})")},
                       {"/api/version", Captured("ollama/api-version")}};
  EXPECT_EQ(KindOf(empty), WorkerKind::kOllama);
  const Pages old = {{"/v1/models", Captured("ollama/not-found")}, {"/", Captured("ollama/root")}};
  EXPECT_EQ(KindOf(old), WorkerKind::kOllama);
}

TEST(EngineDetector, LoadingLlamaCppIsLeftUntilItIsReady) {
  const std::string loading =
      R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})";
  const Found found = Detect({}, Answer(503, loading, "application/json", "llama.cpp"));
  EXPECT_EQ(found.detector.state(), State::kLoading);
  EXPECT_EQ(found.detector.reason(), "GET /v1/models: 503 Loading model");
  EXPECT_EQ(found.asked.size(), 1u);
}

TEST(EngineDetector, SglangByOwnerOrByItsModelInfo) {
  EXPECT_EQ(KindOf({{"/v1/models",
                     Answer(200, R"({"object":"list","data":[{"id":"q","owned_by":"sglang"}]})")}}),
            WorkerKind::kSglang);
  EXPECT_EQ(
      KindOf({{"/v1/models", Answer(200, kUnknownList)},
              {"/get_model_info", Answer(200, R"({"model_path":"q","is_generation":true})")}}),
      WorkerKind::kSglang);
}

TEST(EngineDetector, LlamaCppPythonByItsOwnerMe) {
  const std::string list = R"({"object":"list","data":[{"id":"m.gguf",)"
                           R"("object":"model","owned_by":"me","permissions":[]}]})";
  EXPECT_EQ(KindOf({{"/v1/models", Answer(200, list, "application/json", "uvicorn")}}),
            WorkerKind::kLlamaCppPython);
}

TEST(EngineDetector, TgiAndTeiByTheirInfo) {
  const std::string tgi = R"({"model_id":"org/m","model_sha":"abc","max_total_tokens":2048,)"
                          R"("router":"text-generation-router","version":"3.3"})";
  const std::string tei = R"({"model_id":"org/e","model_sha":"def",)"
                          R"("model_type":{"embedding":{"pooling":"cls"}},"version":"1.7"})";
  EXPECT_EQ(KindOf({{"/v1/models", Answer(200, kUnknownList)}, {"/info", Answer(200, tgi)}}),
            WorkerKind::kTgi);
  EXPECT_EQ(KindOf({{"/info", Answer(200, tei)}}), WorkerKind::kTei);
}

TEST(EngineDetector, VllmBehindAKeyIsDetectedByItsVersion) {
  EXPECT_EQ(KindOf({{"/v1/models", Answer(401, R"({"error":"Unauthorized"})")},
                    {"/version", Captured("vllm/version")}}),
            WorkerKind::kVllm);
}

TEST(EngineDetector, AppWithAVersionPageIsNotVllm) {
  EXPECT_EQ(
      KindOf({{"/version", Captured("vllm/version")}, {"/", Answer(200, "hello", "text/html")}}),
      WorkerKind::kHttp);
}

TEST(EngineDetector, OpenAiCompatibleServerOfUnknownMakeIsProbedForHealthOnce) {
  const Found found = Detect(
      {{"/v1/models", Answer(200, kUnknownList)}, {"/health", Answer(200, R"({"status":"ok"})")}});
  EXPECT_EQ(found.detector.kind(), WorkerKind::kOpenAi);
  EXPECT_EQ(found.detector.health_path(), "/health");
}

TEST(EngineDetector, HealthPageIsNeverProbedIfOpenAiOwnsTheList) {
  // LiteLLM's /health sends a completion to every model.
  const Found found =
      Detect({{"/v1/models", Answer(200, kOpenAiList)}, {"/health", Answer(200, "{}")}});
  EXPECT_EQ(found.detector.kind(), WorkerKind::kOpenAi);
  EXPECT_EQ(found.detector.health_path(), "");
  for (const std::string& path : found.asked) EXPECT_NE(path, "/health");
}

TEST(EngineDetector, RemoteApiWithoutAKeyIsOpenAi) {
  EXPECT_EQ(KindOf({{"/v1/models", Answer(401, R"({"error":{"message":"no key"}})")}}),
            WorkerKind::kOpenAi);
}

TEST(EngineDetector, AnyOtherAnswerMeansHttp) {
  const Found found = Detect({{"/", Answer(200, "<html>", "text/html")}});
  EXPECT_EQ(found.detector.kind(), WorkerKind::kHttp);
  EXPECT_EQ(found.asked, (std::vector<std::string>{"/v1/models", "/api/version", "/info",
                                                   "/get_model_info", "/version", "/"}));
}

TEST(EngineDetector, AnAppThatHangsOnUnknownPathsIsStillHttp) {
  EXPECT_EQ(KindOf({{"/v1/models", Answer(404)},
                    {"/info", NoAnswer("timeout after 5000 ms")},
                    {"/", Answer(204)}}),
            WorkerKind::kHttp);
}

TEST(EngineDetector, NoAnswerIsExplained) {
  const Found found = Detect({}, NoAnswer("connect: Connection refused", true));
  EXPECT_EQ(found.detector.state(), State::kNoAnswer);
  EXPECT_EQ(found.detector.reason(), "connect: Connection refused");
  EXPECT_EQ(found.asked.size(), 1u);
}

TEST(EngineDetector, GatewayWithoutAWorkerIsNotAnEngine) {
  for (const int status : {502, 503, 504}) {
    const Found found =
        Detect({{"/", Answer(200, "landing page")}}, Answer(status, "", "text/html"));
    EXPECT_EQ(found.detector.state(), State::kNoAnswer) << status;
    EXPECT_EQ(found.asked.size(), 1u);
  }
}

TEST(EngineDetector, TunnelErrorPageIsNotAnEngine) {
  HttpGetResult by_field = Answer(404, "", "text/html");
  by_field.ngrok_error = "ERR_NGROK_3200";
  for (const HttpGetResult& page :
       {by_field, Answer(200, "<html>ERR_NGROK_6024</html>", "text/html; charset=utf-8")}) {
    const Found found = Detect({}, page);
    EXPECT_EQ(found.detector.state(), State::kNoAnswer);
    EXPECT_NE(found.detector.reason().find("tunnel"), std::string::npos);
  }
}

}  // namespace
}  // namespace banto::health
