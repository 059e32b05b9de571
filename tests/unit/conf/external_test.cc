// Who is external, and which models the configuration names for whom.
#include "conf/external.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::conf {
namespace {

Worker Named(std::string name, std::vector<std::string> models = {}) {
  Worker worker;
  worker.name = std::move(name);
  worker.models = std::move(models);
  return worker;
}

Config With(ModelRule rule) {
  Config config;
  config.models.push_back(std::move(rule));
  return config;
}

ModelRule Rule(std::string name, ModelChoice target) {
  ModelRule rule;
  rule.name = std::move(name);
  rule.target = std::move(target);
  return rule;
}

TEST(External, AWorkerIsIfItSaysSoOrItsKindIsAManagedApis) {
  Worker worker;
  EXPECT_FALSE(IsExternal(worker));
  worker.kind = api::WorkerKind::kOpenAi;
  EXPECT_FALSE(IsExternal(worker)) << "it may be an engine of one's own";
  worker.kind = api::WorkerKind::kAnthropic;
  EXPECT_TRUE(IsExternal(worker));
  worker.external = false;
  EXPECT_FALSE(IsExternal(worker));
  worker = Worker();
  worker.external = true;
  EXPECT_TRUE(IsExternal(worker));
}

TEST(Naming, ItsOwnModelsNameWhatTheySayAndNothingElse) {
  const Worker worker = Named("groq", {"a", "b"});
  EXPECT_TRUE(Names({}, worker, "b"));
  EXPECT_FALSE(Names({}, worker, "c"));
  EXPECT_TRUE(Names({}, Named("groq", {"*"}), "c"));
  EXPECT_FALSE(Names({}, Named("groq"), "c")) << "being listed is not being named";
  EXPECT_FALSE(Names(With(Rule("x", {"c", ""})), worker, "c")) << "its own list is the whole list";
}

TEST(Naming, ATargetAFallbackASplitAndAMirrorName) {
  const Worker worker = Named("groq");
  EXPECT_TRUE(Names(With(Rule("x", {"a", ""})), worker, "a"));
  EXPECT_FALSE(Names(With(Rule("x", {"a", ""})), worker, "x")) << "the client's name is none there";
  EXPECT_FALSE(Names(With(Rule("x", {})), worker, "x")) << "a rule without a target names nothing";
  ModelRule rule = Rule("x", {"home", ""});
  rule.fallback = {{"a", ""}};
  EXPECT_TRUE(Names(With(rule), worker, "a"));
  EXPECT_FALSE(Names(With(rule), worker, "b"));
}

TEST(Naming, AChoiceOfOneWorkerNamesForItAloneAndForItsRuleAlone) {
  ModelRule rule = Rule("llama", {"llama", ""});
  rule.fallback = {{"llama-3.3-70b", "groq"}};
  const Config config = With(rule);
  EXPECT_TRUE(Names(config, Named("groq"), "llama-3.3-70b"));
  EXPECT_FALSE(Names(config, Named("other"), "llama-3.3-70b"));
  EXPECT_FALSE(NamesForAll(config, Named("groq"), "llama-3.3-70b"))
      << "a fallback must not share the load of the workers at home";
  EXPECT_TRUE(Names(config, Named("groq", {"more"}), "llama-3.3-70b"));
}

TEST(Naming, AChoiceWithoutAModelNamesWhatTheRuleMatches) {
  const Config config = With(Rule("gpt-*", {"", "openai"}));
  EXPECT_TRUE(Names(config, Named("openai"), "gpt-4o"));
  EXPECT_FALSE(Names(config, Named("openai"), "o3"));
  EXPECT_FALSE(Names(config, Named("other"), "gpt-4o"));
}

TEST(Naming, AnOllamasTagOfTheLatestIsTheModel) {
  const Config config = With(Rule("x", {"llama3", ""}));
  EXPECT_TRUE(Names(config, Named("w"), "llama3:latest"));
  EXPECT_FALSE(Names(config, Named("w"), "llama3:8b"));
}

TEST(Naming, AWorkerThatNothingNamesIsKnownBeforeItListsAnything) {
  EXPECT_FALSE(MayNameAny({}, Named("w")));
  EXPECT_TRUE(MayNameAny({}, Named("w", {"a"})));
  EXPECT_TRUE(MayNameAny(With(Rule("x", {"a", ""})), Named("w"))) << "it may list it";
  EXPECT_TRUE(MayNameAny(With(Rule("x", {"", "w"})), Named("w")));
  EXPECT_FALSE(MayNameAny(With(Rule("x", {"a", "other"})), Named("w")));
}

}  // namespace
}  // namespace banto::conf
