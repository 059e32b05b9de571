// [[models]]: what is read, and what `check` finds wrong with it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conf/config_loader.h"

namespace banto::conf {
namespace {

constexpr char kWorker[] =
    "[[workers]]\nname = \"gpu\"\nurl = \"http://gpu1:8000\"\nmodels = [\"llama\", \"qwen\"]\n";

ModelRule Read(const std::string& text, const std::string& before = "") {
  const LoadResult result = LoadConfigText(before + kWorker + "[[models]]\n" + text, "b");
  EXPECT_NE(result.config, nullptr) << FormatErrors(result.errors);
  return result.config == nullptr ? ModelRule() : result.config->models.at(0);
}

// "line: message | hint" of the only error; the entry's keys begin in line 6.
std::string Wrong(const std::string& text) {
  const LoadResult result = LoadConfigText(std::string(kWorker) + "[[models]]\n" + text, "b");
  if (result.errors.size() != 1) return FormatErrors(result.errors);
  const ConfigError& e = result.errors[0];
  return std::to_string(e.line) + ": " + e.message + " | " + e.hint;
}

TEST(Models, EverythingIsRead) {
  const ModelRule rule = Read(
      "name = \"x-*\"\ntarget = { worker = \"gpu\", model = \"llama\" }\nfallback = [\"qwen\"]\n"
      "fallback_after = \"2s\"\nset = { temperature = 0.1, stop = [\"a\"], o = { b = true } }\n"
      "default = { max_tokens = 5 }\nstrip = [\"user\"]\nlocal_only = true\n"
      "mirror = { model = \"qwen\", share = 0.25 }\nprice = { input = 1, output = 2.5 }\n"
      "reference_price = { output = 4, cached = 0.1 }\n"
      "cache = { ttl = \"1h\", sampled = false }\ntimeouts = { first_byte = \"1s\" }\n");
  EXPECT_EQ(rule.name, "x-*");
  EXPECT_EQ(rule.target, (ModelChoice{"llama", "gpu"}));
  EXPECT_EQ(rule.fallback, (std::vector<ModelChoice>{{"qwen", ""}}));
  EXPECT_EQ(rule.fallback_after_ms, 2000);
  const JsonMembers set = {{{"temperature", "0.1"}, {"stop", "[\"a\"]"}, {"o", "{\"b\":true}"}}};
  EXPECT_EQ(rule.set, set);
  EXPECT_EQ(rule.defaults, (JsonMembers{{{"max_tokens", "5"}}}));
  EXPECT_EQ(rule.strip, std::vector<std::string>{"user"});
  EXPECT_TRUE(rule.local_only);
  EXPECT_EQ(rule.mirror, (ModelMirror{"qwen", "", 0.25}));
  EXPECT_EQ(rule.price, (Price{1, 2.5, -1}));
  EXPECT_EQ(rule.reference_price, (Price{0, 4, 0.1}));
  EXPECT_EQ(rule.cache, (ModelCache{true, 3'600'000, false}));
}

TEST(Models, TimeoutsAndCacheAreTheGeneralOnesWhereNothingElseIsSaid) {
  const ModelRule rule = Read("name = \"x\"\ntarget = \"qwen\"\ntimeouts = { idle = \"7s\" }\n",
                              "[timeouts]\nidle = \"9s\"\ntotal = \"1h\"\n[cache]\n"
                              "sampled = false\n");
  EXPECT_EQ(rule.timeouts.idle_ms, 7'000);
  EXPECT_EQ(rule.timeouts.total_ms, 3'600'000);
  EXPECT_FALSE(rule.cache.sampled);
}

TEST(Models, NumbersKeepTheirMeaningAsJson) {
  const ModelRule rule = Read(
      "name = \"x\"\ntarget = \"qwen\"\nset = { a = 1e300, b = -0.0, c = 9007199254740993, "
      "d = 1.0 }\n");
  const JsonMembers set = {{{"a", "1e+300"}, {"b", "-0"}, {"c", "9007199254740993"}, {"d", "1"}}};
  EXPECT_EQ(rule.set, set);
}

TEST(Models, NamesAreCheckedAgainstTheWorkersOfTheFile) {
  EXPECT_EQ(Wrong("name = \"x\"\ntarget = \"lama\"\n"),
            "7: no worker of this file serves \"lama\" | did you mean \"llama\"?");
  EXPECT_EQ(Wrong("name = \"x\"\nfallback = [\"qwen\", \"other\"]\n"),
            "7: no worker of this file serves \"other\" | add it to the models of a worker");
  EXPECT_EQ(Wrong("name = \"x\"\ntarget = { worker = \"gpv\", model = \"llama\" }\n"),
            "7: no worker is called \"gpv\" | did you mean \"gpu\"?");
  EXPECT_EQ(Wrong("name = \"x\"\nsplit = { llama = 1, quen = 2 }\n"),
            "7: no worker of this file serves \"quen\" | did you mean \"qwen\"?");
  EXPECT_EQ(Wrong("name = \"x\"\ntarget = \"llama\"\nmirror = { model = \"next\" }\n"),
            "8: no worker of this file serves \"next\" | add it to the models of a worker");
}

TEST(Models, NoNameLeadsBackToItself) {
  EXPECT_EQ(Wrong("name = \"a\"\ntarget = \"b\"\n[[models]]\nname = \"b\"\ntarget = \"llama\"\n"),
            "7: \"b\" is itself a name for other models | write \"llama\"");
  EXPECT_EQ(Wrong("name = \"a\"\ntarget = \"llama\"\nfallback = [\"qwen\", \"llama\"]\n"),
            "8: this was asked already when it is its turn | leave it out");
  Read("name = \"llama\"\ntarget = \"llama\"\nfallback = [\"qwen\"]\n");
}

TEST(Models, WhatIsWrongIsNamed) {
  EXPECT_EQ(Wrong("target = \"llama\"\n"),
            "5: this model has no name | add name = \"what-clients-ask-for\"");
  EXPECT_EQ(Wrong("name = \"a*b\"\n"),
            "6: \"*\" is allowed only at the end of a name | write \"a*\"");
  EXPECT_EQ(Wrong("name = \"x\"\nset = { model = \"y\" }\n"),
            "7: the model is not set here | use target");
  EXPECT_EQ(Wrong("name = \"x\"\ndefault = { stream = true }\n"),
            "7: the client decides whether it wants a stream | leave it out");
  EXPECT_EQ(Wrong("name = \"x\"\nstrip = [\"user\"]\nset = { user = \"u\" }\n"),
            "7: \"user\" is both given and taken out | keep one of them");
  EXPECT_EQ(Wrong("name = \"x\"\nset = { a = 1979-05-27 }\n"),
            "7: JSON has no dates | put it between quotes");
  EXPECT_EQ(Wrong("name = \"x\"\nset = { a = nan }\n"),
            "7: JSON has no such number | write a finite one");
  EXPECT_EQ(Wrong("name = \"x\"\ntarget = \"llama\"\nsplit = { qwen = 1 }\n"),
            "8: a model has either target or split | leave one out");
  EXPECT_EQ(Wrong("name = \"x\"\nfallback_after = \"1s\"\n"),
            "7: there is no fallback to ask after it | add fallback = [\"model\"]");
  EXPECT_EQ(Wrong("name = \"x\"\nprice = { cached = 1 }\n"),
            "7: this price has neither input nor output | write { input = 0.80, output = 4.00 }");
  EXPECT_EQ(Wrong("name = \"x\"\nworker = \"a\"\n"),
            "7: unknown key \"worker\" | did you mean \"target\"?");
  EXPECT_EQ(Wrong("name = \"x\"\nmirror = { share = 0.5 }\n"),
            "7: this mirror has no model | add model = \"name\"");
  EXPECT_EQ(Wrong("name = \"x\"\nmirror = { model = \"llama\", share = 1.5 }\n"),
            "7: \"share\" is out of range | write 0 to 1");
  EXPECT_EQ(Wrong("name = \"x\"\n[[models]]\nname = \"x\"\n"),
            "8: two entries are for the same name (the first on line 6) | leave one out");
  EXPECT_EQ(Wrong("name = \"x\"\n[[models]]\nname = \"x:latest\"\nlocal_only = true\n"),
            "8: two entries are for the same name (the first on line 6) | leave one out");
  EXPECT_EQ(Wrong("name = \"llama\"\nfallback = [\"llama\"]\n"),
            "7: this was asked already when it is its turn | leave it out");
  EXPECT_EQ(Wrong("name = \"x\"\ntarget = 5\n"),
            "7: a model is its name, or a table of worker and model | write \"model\", or { worker "
            "= \"name\", model = \"model\" }");
  EXPECT_EQ(Wrong("name = \"x\"\ntarget = { modle = \"llama\" }\n"),
            "7: unknown key \"modle\" | known here: worker, model");
}

// "line: message" of each warning.
std::string Warned(const std::string& text) {
  const LoadResult result = LoadConfigText(text, "b");
  EXPECT_NE(result.config, nullptr) << FormatErrors(result.errors);
  std::string all;
  for (const ConfigError& e : result.warnings)
    all += std::to_string(e.line) + ": " + e.message + "\n";
  return all;
}

TEST(Models, ExternalModelsWithoutAPriceAreNamed) {
  const std::string groq =
      "listen = \"127.0.0.1:1\"\n[[workers]]\nname = \"groq\"\nurl = \"https://a.example\"\n"
      "external = true\nmodels = [\"huge\"]\n";
  EXPECT_EQ(Warned(groq),
            "6: what \"huge\" of the external worker \"groq\" costs is not counted: it has no "
            "price\n");
  const std::string priced = "[[models]]\nname = \"huge\"\nprice = { input = 1 }\n";
  EXPECT_EQ(Warned(groq + priced), "");
  EXPECT_EQ(Warned(groq + priced +
                   "[[models]]\nname = \"x\"\ntarget = { worker = \"groq\", model "
                   "= \"other\" }\n"),
            "12: what \"other\" of the external worker \"groq\" costs is not counted: it has no "
            "price\n");
  EXPECT_EQ(Warned(groq + priced +
                   "[[models]]\nname = \"x\"\nprice = { input = 1 }\ntarget = { "
                   "worker = \"groq\", model = \"other\" }\n"),
            "");
}

TEST(Models, AModelIsPricedByTheEntryThatIsBestForIt) {
  const std::string groq =
      "listen = \"127.0.0.1:1\"\n[[workers]]\nname = \"groq\"\nurl = \"https://a.example\"\n"
      "external = true\nmodels = [\"huge-4\"]\n";
  EXPECT_EQ(Warned(groq + "[[models]]\nname = \"huge-*\"\nprice = { input = 1 }\n"), "");
}

TEST(Models, ChoicesThatAreNeverAskedAreNamed) {
  const std::string workers =
      "listen = \"127.0.0.1:1\"\n[[workers]]\nname = \"a\"\nurl = \"http://a\"\nmodels = "
      "[\"own\"]\n[[workers]]\nname = \"groq\"\nurl = \"https://b\"\nexternal = true\n"
      "models = [\"huge\"]\n[[models]]\nname = \"huge\"\nprice = { input = 1 }\n";
  const auto warned = [&](const std::string& entry) {
    return Warned(workers + "[[models]]\nname = \"x\"\n" + entry);
  };
  const std::string never = ": \"huge\" is never asked: only external workers serve it, and ";
  EXPECT_EQ(warned("target = \"own\"\nfallback = [\"huge\"]\n"), "");
  EXPECT_EQ(warned("target = \"own\"\nfallback = [\"huge\"]\nlocal_only = true\n"),
            "17" + never + "local_only forbids them\n");
  EXPECT_EQ(warned("target = { worker = \"groq\", model = \"huge\" }\nlocal_only = true\n"),
            "16" + never + "local_only forbids them\n");
  EXPECT_EQ(warned("split = { own = 1, huge = 1 }\nlocal_only = true\n"),
            "16" + never + "local_only forbids them\n");
  EXPECT_EQ(warned("target = \"own\"\nmirror = { model = \"huge\" }\n"),
            "17" + never + "copies go to those only by name\n");
  EXPECT_EQ(warned("target = \"own\"\nmirror = { model = \"huge\", worker = \"groq\" }\n"), "");
  EXPECT_EQ(Warned(workers + "[[models]]\nname = \"x\"\ntarget = \"huge\"\nlocal_only = true\n"
                             "[[workers]]\nname = \"all\"\nurl = \"http://c\"\nmodels = [\"*\"]\n"),
            "")
      << "who serves any may serve this";
  EXPECT_EQ(warned("target = \"own\"\nmirror = { model = \"own\" }\n"),
            "17: the copies go to the model that answers\n");
  EXPECT_EQ(warned("target = \"own\"\nmirror = { model = \"own\", worker = \"a\" }\n"), "");
}

}  // namespace
}  // namespace banto::conf
