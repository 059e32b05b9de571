// A worker as a snapshot has it: whose it is, how its key is sent, what it may be asked for.
#include "proxy/routing/served_models.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace banto {
namespace {

struct Known {
  explicit Known(const std::string& url, api::WorkerKind kind = api::WorkerKind::kOpenAi) {
    std::string error;
    EXPECT_TRUE(net::ParseUrl(url, &known.settings.url, &error)) << error;
    known.settings.kind = kind;
    known.settings.name = "w";
    known.state = std::make_shared<upstream::WorkerState>("w");
    facts.kind = kind;
    facts.models_known = true;
    facts.path = conf::PathOf(known.settings.url, kind);
    known.facts = &facts;
  }
  Known& Lists(std::vector<std::string> names) {
    for (std::string& name : names) facts.models.emplace_back().name = std::move(name);
    return *this;
  }

  KnownWorker known;
  health::EngineFacts facts;
};

TEST(MakeWorker, WhoseItIsFollowsTheSettingTheKindAndTheAddress) {
  const auto whose = [](const std::string& url, api::WorkerKind kind, std::optional<bool> said) {
    Known worker(url, kind);
    worker.known.settings.external = said;
    const auto made = MakeWorker(worker.known);
    return std::vector<bool>{made->external, made->bills, made->local};
  };
  using Whose = std::vector<bool>;
  const auto openai = api::WorkerKind::kOpenAi, anthropic = api::WorkerKind::kAnthropic;
  EXPECT_EQ(whose("http://10.0.0.1:8000", openai, {}), (Whose{false, false, true}));
  EXPECT_EQ(whose("https://api.groq.com/openai", openai, {}), (Whose{false, true, false}));
  EXPECT_EQ(whose("https://api.groq.com/openai", openai, true), (Whose{true, true, false}));
  EXPECT_EQ(whose("https://gpu.example.com", openai, false), (Whose{false, false, true}));
  EXPECT_EQ(whose("https://api.anthropic.com", anthropic, {}), (Whose{true, true, false}));
  EXPECT_EQ(whose("http://127.0.0.1:1", anthropic, {}), (Whose{true, true, false}));
  EXPECT_EQ(whose("http://127.0.0.1:1", anthropic, false), (Whose{false, false, true}));
}

TEST(MakeWorker, AKeyGoesWhereTheKindTakesIt) {
  Known groq("https://api.groq.com/openai");
  groq.known.settings.api_key = "k";
  EXPECT_EQ(MakeWorker(groq.known)->authorization, "Bearer k");
  EXPECT_TRUE(MakeWorker(groq.known)->own_key);
  using Fields = std::vector<std::pair<std::string, std::string>>;
  Known claude("https://api.anthropic.com", api::WorkerKind::kAnthropic);
  claude.known.settings.api_key = "k";
  claude.known.settings.headers = {{"anthropic-beta", "b"}};
  EXPECT_EQ(MakeWorker(claude.known)->authorization, "");
  EXPECT_EQ(MakeWorker(claude.known)->settings.headers,
            (Fields{{"anthropic-beta", "b"}, {"x-api-key", "k"}}));
  Known azure("https://x.openai.azure.com/openai/deployments/d?api-version=2024-10-21");
  azure.known.settings.api_key = "k";
  EXPECT_EQ(MakeWorker(azure.known)->settings.headers, (Fields{{"api-key", "k"}}));
}

TEST(ModelsOf, AListedModelIsServedByAnExternalWorkerOnlyIfItIsNamed) {
  conf::Config config;
  Known worker("https://api.groq.com/openai");
  worker.Lists({"a", "b"});
  using Names = std::vector<std::string>;
  EXPECT_EQ(ModelsOf(config, worker.known, false), (Names{"a", "b"}));
  EXPECT_EQ(ModelsOf(config, worker.known, true), Names{});
  config.models.emplace_back().target = {"b", ""};
  EXPECT_EQ(ModelsOf(config, worker.known, true), Names{"b"});
  worker.known.settings.models = {"c"};
  EXPECT_EQ(ModelsOf(config, worker.known, true), Names{"c"});
}

}  // namespace
}  // namespace banto
