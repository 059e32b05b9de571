// What [[models]] makes of a name, over snapshots as the control plane builds them.
#include "proxy/routing/model_route.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "conf/config_loader.h"
#include "proxy/api/operation.h"
#include "proxy/routing/model_router.h"
#include "proxy/routing/snapshot_builder.h"
#include "proxy/upstream/balancer.h"

namespace banto {
namespace {

constexpr char kGpu[] =
    "[[workers]]\nname = \"gpu\"\nurl = \"http://10.0.0.1\"\nkind = \"vllm\"\n"
    "models = [\"llama\", \"qwen\"]\n";
constexpr char kCloud[] =
    "[[workers]]\nname = \"cloud\"\nurl = \"https://api.example.com\"\nkind = \"vllm\"\n"
    "models = [\"llama\", \"huge\"]\n";

SnapshotPtr Load(const std::string& text) {
  const conf::LoadResult result = conf::LoadConfigText(text, "b");
  EXPECT_NE(result.config, nullptr) << conf::FormatErrors(result.errors);
  std::vector<KnownWorker> workers;
  for (const conf::Worker& worker : result.config->workers) {
    KnownWorker known;
    known.settings = worker;
    known.state = std::make_shared<upstream::WorkerState>(worker.name);
    workers.push_back(std::move(known));
  }
  return BuildSnapshot(result.config, workers, nullptr, 1);
}

RouteDecision Route(const SnapshotPtr& snapshot, std::string_view model, uint64_t draw = 0) {
  return RouteByModel(*snapshot, *api::FindOperation("POST", "/v1/chat/completions"), model, draw);
}

// "llama: gpu, cloud"
std::string Shown(const RouteDecision& decision) {
  if (decision.target.group == nullptr) return std::to_string(decision.refusal.status);
  std::string shown = decision.target.model + ":";
  for (const auto& worker : decision.target.group->workers) shown += " " + worker->name();
  return shown;
}

std::string Next(const SnapshotPtr& snapshot, const RouteDecision& decision) {
  return Shown(RouteToNext(*snapshot, *api::FindOperation("POST", "/v1/chat/completions"),
                           decision.target, "asked", Reach::kAnywhere));
}

TEST(ModelRoute, ExactNamesCountBeforePrefixesAndLongerPrefixesBeforeShorter) {
  const auto snapshot = Load(std::string(kGpu) +
                             "[[models]]\nname = \"*\"\ntarget = \"qwen\"\n"
                             "[[models]]\nname = \"gpt-*\"\ntarget = \"llama\"\n"
                             "[[models]]\nname = \"gpt-4*\"\ntarget = \"qwen\"\n"
                             "[[models]]\nname = \"gpt-4\"\ntarget = \"llama\"\n");
  EXPECT_EQ(Shown(Route(snapshot, "gpt-3")), "llama: gpu");
  EXPECT_EQ(Shown(Route(snapshot, "gpt-4o")), "qwen: gpu");
  EXPECT_EQ(Shown(Route(snapshot, "gpt-4")), "llama: gpu");
  EXPECT_EQ(Shown(Route(snapshot, "anything")), "qwen: gpu");
  EXPECT_EQ(Shown(Route(snapshot, "")), "qwen: gpu");
}

TEST(ModelRoute, WithoutAnEntryAModelGoesToThoseWhoServeIt) {
  const auto snapshot = Load(std::string(kGpu) + kCloud + "[[models]]\nname = \"x\"\n");
  EXPECT_EQ(Shown(Route(snapshot, "llama")), "llama: gpu cloud");
  EXPECT_EQ(Shown(Route(snapshot, "nothing")), "404");
  EXPECT_EQ(Shown(Route(snapshot, "x")), "404");
}

TEST(ModelRoute, AChoiceOfOneWorkerIsAskedOfNoOther) {
  const auto snapshot =
      Load(std::string(kGpu) + kCloud +
           "[[models]]\nname = \"x\"\ntarget = { worker = \"cloud\", model = \"llama\" }\n"
           "fallback = [{ worker = \"gpu\", model = \"renamed\" }, \"llama\"]\n");
  const RouteDecision first = Route(snapshot, "x");
  EXPECT_EQ(Shown(first), "llama: cloud");
  EXPECT_EQ(Next(snapshot, first), "renamed: gpu");
  EXPECT_EQ(FindGroup(*snapshot, first.target.group->queue_key).get(), first.target.group);
}

TEST(ModelRoute, LocalOnlyLeavesOutWhatIsNotPrivateOnEveryWay) {
  const auto snapshot = Load(std::string(kGpu) + kCloud +
                             "[[models]]\nname = \"llama\"\nlocal_only = true\n"
                             "fallback = [\"huge\", \"qwen\"]\n"
                             "[[models]]\nname = \"alias\"\ntarget = \"llama\"\n"
                             "[[models]]\nname = \"huge-here\"\ntarget = \"huge\"\n"
                             "local_only = true\n");
  const RouteDecision first = Route(snapshot, "llama");
  EXPECT_EQ(Shown(first), "llama: gpu");
  EXPECT_EQ(Next(snapshot, first), "qwen: gpu");
  EXPECT_EQ(Shown(Route(snapshot, "alias")), "llama: gpu") << "the same weights by another name";
  EXPECT_EQ(Shown(Route(snapshot, "huge-here")), "503");
  EXPECT_NE(Route(snapshot, "huge-here").refusal.message.find("local worker"), std::string::npos);
  EXPECT_EQ(Shown(Route(snapshot, "huge")), "huge: cloud");
  EXPECT_EQ(FindGroup(*snapshot, first.target.group->queue_key).get(), first.target.group);
}

TEST(ModelRoute, AModelWithAndWithoutLatestIsOneName) {
  const auto snapshot = Load(std::string(kGpu) + kCloud +
                             "[[models]]\nname = \"llama\"\nlocal_only = true\n"
                             "[[models]]\nname = \"sec*\"\nlocal_only = true\n"
                             "[[models]]\nname = \"tagged:latest\"\ntarget = \"llama\"\n"
                             "[[models]]\nname = \"x\"\ntarget = \"huge\"\n"
                             "[[models]]\nname = \"huge*\"\nlocal_only = true\n");
  EXPECT_EQ(Shown(Route(snapshot, "llama")), "llama: gpu");
  EXPECT_NE(FindModelRoute(*snapshot, "llama:latest"), nullptr);
  EXPECT_NE(FindModelRoute(*snapshot, "sec:latest"), nullptr);
  EXPECT_EQ(Shown(Route(snapshot, "tagged")), "llama: gpu");
  EXPECT_EQ(Shown(Route(snapshot, "x")), "503") << "a prefix forbids its target, too";
}

TEST(ModelRoute, ASplitFollowsItsWeightsOverTheDraws) {
  const auto snapshot =
      Load(std::string(kGpu) + "[[models]]\nname = \"x\"\nsplit = { llama = 3, qwen = 1 }\n");
  int llama = 0;
  for (uint64_t draw = 0; draw < 4000; ++draw) {
    const std::string shown = Shown(Route(snapshot, "x", draw));
    EXPECT_TRUE(shown == "llama: gpu" || shown == "qwen: gpu") << shown;
    llama += shown == "llama: gpu";
    EXPECT_EQ(shown, Shown(Route(snapshot, "x", draw)));
  }
  EXPECT_NEAR(llama, 3000, 150);
}

TEST(ModelRoute, WhoGetsTheNewModelOfOneEntryIsNoLikelierToGetThatOfAnother) {
  const auto snapshot = Load(std::string(kGpu) +
                             "[[models]]\nname = \"x\"\nsplit = { llama = 1, qwen = 1 }\n"
                             "[[models]]\nname = \"y\"\nsplit = { llama = 1, qwen = 1 }\n");
  int same = 0;
  for (uint64_t draw = 0; draw < 4000; ++draw)
    same += Shown(Route(snapshot, "x", draw)) == Shown(Route(snapshot, "y", draw));
  EXPECT_NEAR(same, 2000, 150);
}

TEST(ModelRoute, WhatClientsMadeUpIsNoLabel) {
  const auto snapshot = Load(std::string(kGpu) +
                             "[[models]]\nname = \"gpt-*\"\ntarget = { worker = \"gpu\" }\n"
                             "[[models]]\nname = \"own\"\ntarget = { worker = \"gpu\" }\n");
  EXPECT_FALSE(Route(snapshot, "gpt-17").target.model_known);
  EXPECT_TRUE(Route(snapshot, "own").target.model_known);
}

TEST(ModelRoute, AFallbackThatMayNotBeAskedIsNone) {
  const auto snapshot = Load(std::string(kGpu) + kCloud +
                             "[[models]]\nname = \"llama\"\nfallback = [\"huge\", \"qwen\"]\n");
  const auto& chat = *api::FindOperation("POST", "/v1/chat/completions");
  const Target first = Route(snapshot, "llama").target;
  EXPECT_EQ(Shown(RouteToNext(*snapshot, chat, first, "llama", Reach::kAnywhere)), "huge: cloud");
  EXPECT_EQ(Shown(RouteToNext(*snapshot, chat, first, "llama", Reach::kLocal)), "qwen: gpu");
}

TEST(ModelRoute, ALocalPartHasItsOwnLineEvenWhereAllAreLocal) {
  const auto snapshot = Load(std::string(kGpu));
  const upstream::WorkerGroup& group = *Route(snapshot, "qwen").target.group;
  const upstream::WorkerGroup* const local = LocalPart(group);
  ASSERT_NE(local, nullptr);
  EXPECT_NE(local->queue_key, group.queue_key) << "who joins the group later may be outside";
  EXPECT_EQ(local->name, group.name);
  EXPECT_EQ(LocalPart(*local), local);
}

TEST(ModelRoute, AFallbackThatKeepsTheNameHasTheEntrysPrice) {
  const auto snapshot = Load(std::string(kGpu) + kCloud +
                             "[[models]]\nname = \"llama\"\nprice = { input = 1 }\n"
                             "fallback = [{ worker = \"cloud\" }]\n");
  EXPECT_TRUE(snapshot->rules[0].fallback[0].price.has_value());
}

TEST(ModelRoute, FallbacksFollowInTurnAndEnd) {
  const auto snapshot = Load(std::string(kGpu) + kCloud +
                             "[[models]]\nname = \"x\"\ntarget = \"huge\"\n"
                             "fallback = [\"qwen\", \"llama\"]\n");
  RouteDecision decision = Route(snapshot, "x");
  std::string shown = Shown(decision);
  for (;;) {
    decision = RouteToNext(*snapshot, *api::FindOperation("POST", "/v1/chat/completions"),
                           decision.target, "x", Reach::kAnywhere);
    if (decision.target.group == nullptr) break;
    shown += ", " + Shown(decision);
  }
  EXPECT_EQ(shown, "huge: cloud, qwen: gpu, llama: gpu cloud");
}

TEST(ModelRoute, NamesAreListedLikeTheModelsThatTheyStandFor) {
  const auto snapshot = Load(std::string(kGpu) +
                             "[[models]]\nname = \"gpt-4o\"\ntarget = \"llama\"\n"
                             "[[models]]\nname = \"pre-*\"\ntarget = \"llama\"\n"
                             "[[models]]\nname = \"ours\"\nsplit = { llama = 1, qwen = 1 }\n");
  std::set<std::string> names;
  for (const auto& [name, model] : snapshot->catalog) {
    EXPECT_EQ(name, model.name);
    names.insert(name);
  }
  EXPECT_EQ(names, (std::set<std::string>{"gpt-4o", "llama", "ours", "qwen"}));
}

TEST(ModelRoute, ANameForOneWorkersModelIsListedWhateverThatWorkerLists) {
  const auto snapshot =
      Load(std::string(kGpu) +
           "[[models]]\nname = \"ours\"\ntarget = { worker = \"gpu\", model = \"unlisted\" }\n"
           "[[models]]\nname = \"nobodys\"\n");
  EXPECT_EQ(snapshot->catalog.count("ours"), 1u);
  EXPECT_EQ(snapshot->catalog.count("nobodys"), 0u);
}

}  // namespace
}  // namespace banto
