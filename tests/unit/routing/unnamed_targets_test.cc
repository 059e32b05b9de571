#include "proxy/routing/unnamed_targets.h"

#include <gtest/gtest.h>

#include <memory>

#include "proxy/routing/model_router.h"

namespace banto {
namespace {

using api::WorkerKind;

Speaker Make(WorkerKind kind, std::vector<std::string> models, std::string_view task = "") {
  auto worker = std::make_shared<upstream::Worker>();
  worker->kind = kind;
  return {worker, EnginesOf(kind, task), std::move(models)};
}

// The route of a request without a model among these workers.
class UnnamedTargets : public testing::Test {
 protected:
  RouteDecision Route(const std::vector<Speaker>& speakers, const char* path,
                      bool native_form = true) {
    snapshot_ = Snapshot();
    for (const Speaker& speaker : speakers) {
      for (const std::string& model : speaker.models) {
        std::vector<upstream::WorkerPtr> workers;
        if (snapshot_.models[model]) workers = snapshot_.models[model]->workers;
        workers.push_back(speaker.worker);
        snapshot_.models[model] = GroupOf(workers);
      }
      if (speaker.models.empty()) snapshot_.unasked.push_back("w");
    }
    snapshot_.unnamed = FindUnnamedTargets(
        speakers, [](const auto&, const auto& workers) { return GroupOf(workers); });
    return RouteUnnamed(snapshot_, *api::FindOperation("POST", path), native_form);
  }

  static upstream::WorkerGroupPtr GroupOf(const std::vector<upstream::WorkerPtr>& workers) {
    auto group = std::make_shared<upstream::WorkerGroup>();
    group->workers = workers;
    return group;
  }

  // The one worker that the route leads to.
  static const upstream::Worker* Only(const RouteDecision& decision) {
    if (decision.target.group == nullptr || decision.target.group->workers.size() != 1)
      return nullptr;
    return decision.target.group->workers.front().get();
  }

  const Speaker llm_ = Make(WorkerKind::kVllm, {"m"});
  const Speaker embedder_ = Make(WorkerKind::kTei, {"bge"}, "embedding");
  const Speaker reranker_ = Make(WorkerKind::kTei, {"bge-rerank"}, "reranker");
  Snapshot snapshot_;
};

TEST_F(UnnamedTargets, ATeiBesideAnLlmGetsItsOwnPaths) {
  for (const char* path : {"/rerank", "/predict"}) {
    EXPECT_EQ(Only(Route({llm_, reranker_}, path)), reranker_.worker.get()) << path;
  }
  for (const char* path :
       {"/embed", "/embed_all", "/similarity", "/tokenize", "/", "/invocations"}) {
    EXPECT_EQ(Only(Route({llm_, embedder_}, path)), embedder_.worker.get()) << path;
  }
  EXPECT_EQ(Route({llm_, embedder_}, "/embed").target.model, "bge");
}

TEST_F(UnnamedTargets, TeisAreToldApartByTheirTask) {
  EXPECT_EQ(Only(Route({embedder_, reranker_}, "/embed")), embedder_.worker.get());
  EXPECT_EQ(Only(Route({embedder_, reranker_}, "/rerank")), reranker_.worker.get());
  EXPECT_EQ(Route({embedder_, reranker_}, "/tokenize").refusal.status, 400);
  EXPECT_EQ(Only(Route({llm_, reranker_}, "/embed")), reranker_.worker.get());
}

TEST_F(UnnamedTargets, AChatIsForTheOnlyOneThatChats) {
  EXPECT_EQ(Only(Route({llm_, embedder_, reranker_}, "/v1/chat/completions")), llm_.worker.get());
}

TEST_F(UnnamedTargets, OneWorkerUnderTwoNamesIsStillOne) {
  const RouteDecision decision =
      Route({Make(WorkerKind::kVllm, {"a", "b"})}, "/v1/chat/completions");
  EXPECT_NE(Only(decision), nullptr);
  EXPECT_EQ(decision.target.model, "");
  EXPECT_TRUE(decision.target.workers_choice);
}

TEST_F(UnnamedTargets, WorkersOfOneModelAreOneTarget) {
  const Speaker twin = Make(WorkerKind::kTei, {"bge"}, "embedding");
  EXPECT_EQ(Route({llm_, embedder_, twin}, "/embed").target.group->workers.size(), 2U);
}

TEST_F(UnnamedTargets, DifferentModelsAreNamedInTheRefusal) {
  const RouteDecision decision =
      Route({llm_, Make(WorkerKind::kSglang, {"n"})}, "/v1/chat/completions");
  EXPECT_EQ(decision.refusal.status, 400);
  EXPECT_NE(decision.refusal.message.find("'m', 'n'"), std::string::npos)
      << decision.refusal.message;
}

TEST_F(UnnamedTargets, TheFormOfARequestDecidesWhoseItIs) {
  const Speaker ranking_llm = Make(WorkerKind::kVllm, {"qwen-rerank"});
  EXPECT_EQ(Only(Route({ranking_llm, reranker_}, "/rerank", true)), reranker_.worker.get());
  EXPECT_EQ(Route({ranking_llm, reranker_}, "/rerank", false).refusal.status, 400);
  EXPECT_EQ(Only(Route({ranking_llm, embedder_}, "/rerank", true)), ranking_llm.worker.get());
}

TEST_F(UnnamedTargets, APathOfNobodysIsNotFoundAndAnUnaskedWorkerMayHaveIt) {
  const Speaker other = Make(WorkerKind::kSglang, {"n"});
  EXPECT_EQ(Route({llm_, other}, "/predict").refusal.status, 404);
  EXPECT_EQ(Route({llm_, other, Make(WorkerKind::kAuto, {})}, "/predict").refusal.status, 503);
  const Speaker unknown = Make(WorkerKind::kOpenAi, {"x"});
  EXPECT_EQ(Only(Route({llm_, other, unknown}, "/predict")), unknown.worker.get());
}

}  // namespace
}  // namespace banto
