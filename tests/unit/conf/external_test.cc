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
  EXPECT_TRUE(NamesForAll({}, worker, "b"));
  EXPECT_FALSE(NamesForAll({}, worker, "c"));
  EXPECT_TRUE(NamesForAll({}, Named("groq", {"*"}), "c"));
  EXPECT_FALSE(NamesForAll({}, Named("groq"), "c")) << "being listed is not being named";
  EXPECT_FALSE(NamesForAll(With(Rule("x", {"c", ""})), worker, "c"))
      << "its own list is the whole list";
}

TEST(Naming, ATargetAFallbackASplitAndAMirrorName) {
  const Worker worker = Named("groq");
  EXPECT_TRUE(NamesForAll(With(Rule("x", {"a", ""})), worker, "a"));
  EXPECT_FALSE(NamesForAll(With(Rule("x", {"a", ""})), worker, "x"))
      << "the client's name is none there";
  EXPECT_FALSE(NamesForAll(With(Rule("x", {})), worker, "x"))
      << "a rule without a target names nothing";
  ModelRule rule = Rule("x", {"home", ""});
  rule.fallback = {{"a", ""}};
  EXPECT_TRUE(NamesForAll(With(rule), worker, "a"));
  EXPECT_FALSE(NamesForAll(With(rule), worker, "b"));
}

TEST(Naming, AChoiceOfOneWorkerNamesForItsEntryAlone) {
  ModelRule rule = Rule("llama", {"llama", ""});
  rule.fallback = {{"llama-3.3-70b", "groq"}};
  const Config config = With(rule);
  EXPECT_FALSE(NamesForAll(config, Named("groq"), "llama-3.3-70b"))
      << "a fallback must not share the load of the workers at home";
}

TEST(Naming, AnOllamasTagOfTheLatestIsTheModel) {
  const Config config = With(Rule("x", {"llama3", ""}));
  EXPECT_TRUE(NamesForAll(config, Named("w"), "llama3:latest"));
  EXPECT_FALSE(NamesForAll(config, Named("w"), "llama3:8b"));
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
