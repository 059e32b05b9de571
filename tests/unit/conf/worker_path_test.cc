#include "conf/worker_path.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::conf {
namespace {

Worker At(const std::string& url, api::WorkerKind kind = api::WorkerKind::kAuto) {
  Worker worker;
  worker.name = "w";
  worker.kind = kind;
  EXPECT_EQ(CheckWorkerUrl(url, true, &worker.url).message, "") << url;
  return worker;
}

// The url for /v1/models, then for another path of the engine.
std::string Asked(const std::string& url, api::WorkerKind kind = api::WorkerKind::kAuto) {
  const Worker worker = At(url, kind);
  const WorkerPath path = PathOf(worker.url, kind);
  return path.Of("/v1/models") + " " + path.Of("/health") + (path.sure ? "" : " ?");
}

TEST(WorkerPath, IsThePrefixOfEveryRequest) {
  EXPECT_EQ(Asked("http://gpu1:8000"), "/v1/models /health");
  EXPECT_EQ(Asked("http://gpu1:8000/"), "/v1/models /health");
  EXPECT_EQ(Asked("https://api.groq.com/openai"), "/openai/v1/models /openai/health ?");
  EXPECT_EQ(Asked("http://gw/team/vllm//", api::WorkerKind::kVllm),
            "/team/vllm/v1/models /team/vllm/health");
}

TEST(WorkerPath, TrailingV1BelongsToTheApi) {
  EXPECT_EQ(Asked("http://gpu1:8000/v1"), "/v1/models /health");
  EXPECT_EQ(Asked("http://gpu1:8000/v1/"), "/v1/models /health");
  EXPECT_EQ(Asked("https://x/openai/v1"), "/openai/v1/models /openai/health");
  EXPECT_EQ(Asked("http://x/nov1", api::WorkerKind::kVllm), "/nov1/v1/models /nov1/health");
}

TEST(WorkerPath, AnApiVersionGoesWithEveryRequestAndADeploymentStandsForV1) {
  const auto openai = api::WorkerKind::kOpenAi;
  const std::string azure = "https://x.openai.azure.com/openai";
  const WorkerPath path = PathOf(At(azure + "/deployments/d?api-version=1", openai).url, openai);
  EXPECT_EQ(path.Of("/v1/chat/completions"),
            "/openai/deployments/d/chat/completions?api-version=1");
  EXPECT_EQ(path.Of("/v1/embeddings?a=b"), "/openai/deployments/d/embeddings?a=b&api-version=1");
  EXPECT_EQ(path.Of("/v1/models"), "/openai/models?api-version=1");
  EXPECT_TRUE(path.sure);
  EXPECT_EQ(PathOf(At(azure + "/v1?api-version=preview", openai).url, openai).Of("/v1/models"),
            "/openai/v1/models?api-version=preview");
  EXPECT_EQ(PathOf(At("https://x/models?api-version=1", openai).url, openai).Of("/v1/embeddings"),
            "/models/embeddings?api-version=1");
}

TEST(WorkerPath, OtherVersionReplacesV1) {
  EXPECT_EQ(Asked("https://x/api/paas/v4"), "/api/paas/v4/models /api/paas/v4/health");
  EXPECT_EQ(Asked("https://x/v1beta/openai", api::WorkerKind::kOpenAi),
            "/v1beta/openai/models /v1beta/openai/health ?");
  EXPECT_EQ(Asked("https://x/v1/acc/gw/compat"),
            "/v1/acc/gw/compat/models /v1/acc/gw/compat/health ?");
  EXPECT_EQ(Asked("https://x/vision"), "/vision/v1/models /vision/health ?");
  const WorkerPath path = PathOf(At("https://x/v4").url, api::WorkerKind::kOpenAi);
  EXPECT_EQ(path.Of("/v1/chat/completions?a=1"), "/v4/chat/completions?a=1");
  EXPECT_EQ(path.Of("/v1?a"), "/v4?a");
  EXPECT_EQ(path.Of("/v1x/y"), "/v4/v1x/y");
}

TEST(WorkerPath, AnAppsPathIsTakenLiterally) {
  EXPECT_EQ(Asked("http://app/v1", api::WorkerKind::kHttp), "/v1/v1/models /v1/health");
  EXPECT_EQ(
      PathOf(At("http://app/base/", api::WorkerKind::kHttp).url, api::WorkerKind::kHttp).Of("/"),
      "/base/");
}

TEST(WorkerPath, OllamasApiPrefixIsNotRepeated) {
  EXPECT_EQ(Asked("http://o:11434/api", api::WorkerKind::kOllama), "/v1/models /health");
  EXPECT_EQ(Asked("https://openrouter.ai/api"), "/api/v1/models /api/health ?");
}

TEST(WorkerPath, TwoPathsOfOneServerAreTwoNames) {
  const auto name = [](const std::string& url) {
    return DefaultWorkerName(At(url).url, api::WorkerKind::kAuto);
  };
  EXPECT_EQ(name("http://gw:80/a"), "gw/a");
  EXPECT_EQ(name("http://gw/b/"), "gw/b");
  EXPECT_EQ(name("http://gw/v1"), name("http://gw"));
}

TEST(WorkerPath, InvalidPrefixIsRefused) {
  const auto wrong = [](const std::string& url, api::WorkerKind kind = api::WorkerKind::kAuto) {
    return CheckWorkerPath(At(url, kind).url, kind).message;
  };
  for (const char* url : {"http://x", "http://x/", "http://x/a-b_c~d/%7Ee/v1"}) {
    EXPECT_EQ(wrong(url), "") << url;
  }
  EXPECT_NE(wrong("http://x/a/../b").find("\"..\""), std::string::npos);
  EXPECT_NE(wrong("http://x/a/%2e%2e/b").find("\"..\""), std::string::npos);
  EXPECT_NE(wrong("http://x//v1").find("empty segment"), std::string::npos);
  EXPECT_NE(wrong("http://x/\"a").find("not allowed"), std::string::npos);
  EXPECT_NE(wrong("http://x/{id}").find("not allowed"), std::string::npos);
  EXPECT_NE(wrong("https://x/v1/chat/completions").find("one endpoint"), std::string::npos);
  EXPECT_EQ(wrong("https://x/v1/chat/completions", api::WorkerKind::kHttp), "");
}

TEST(WorkerPath, NoteNamesTheRequestedUrl) {
  EXPECT_EQ(WorkerPathNote(At("http://gpu1:8000/")), "");
  EXPECT_EQ(WorkerPathNote(At("http://gpu1:8000/v1")),
            "worker w: /v1/models is asked at http://gpu1:8000/v1/models");
  EXPECT_EQ(WorkerPathNote(At("https://x/openai")),
            "worker w: /v1/models is asked at https://x/openai/v1/models, or, where that is not "
            "found, at https://x/openai/models");
}

}  // namespace
}  // namespace banto::conf
