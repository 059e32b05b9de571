// The schema, example.toml, docs/config.md and the defaults of config.h agree.
#include "conf/schema.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "conf/config_loader.h"
#include "proxy/api/engine_traits.h"
#include "tests/unit/conf/config_dump.h"

#include "tests/unit/net/test_certificates.h"

namespace banto::conf {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string& Example() {
  static const std::string text = ReadFile(BANTO_SOURCE_DIR "/conf/example.toml");
  return text;
}

// The part of a TOML file below a section's header; of one that is commented out, as if it were
// not.
std::string SectionText(std::string file, const SectionRule& section) {
  const std::string name(section.name);
  const std::string header = section.is_list ? "\n[[" + name + "]]" : "\n[" + name + "]";
  if (const size_t at = file.find("\n# " + header.substr(1)); at != std::string::npos) {
    for (size_t line = at; line != std::string::npos && file.compare(line, 3, "\n# ") == 0;
         line = file.find('\n', line + 1))
      file.erase(line + 1, 2);
  }
  const size_t begin = file.find(header);
  if (begin == std::string::npos) return {};
  return file.substr(begin, file.find("\n[", begin + header.size()) - begin);
}

Worker DefaultWorker() {
  Worker worker;
  worker.name = "127.0.0.1:8000";
  worker.url.scheme = "http";
  worker.url.host = "127.0.0.1";
  worker.url.port = 8000;
  return worker;
}

TEST(Schema, TheExampleLoadsAndStatesTheDefaults) {
  const LoadResult result = LoadConfigText(Example(), "example.toml");
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  EXPECT_EQ(DumpSettings(*result.config), DumpSettings(Config()));
  ASSERT_EQ(result.config->workers.size(), 1u);
  EXPECT_EQ(DumpWorker(result.config->workers[0]), DumpWorker(DefaultWorker()));
  Route route;
  route.path = "/predict";
  route.cache.enabled = true;
  ASSERT_EQ(result.config->routes.size(), 1u);
  EXPECT_EQ(DumpRoute(result.config->routes[0]), DumpRoute(route));
}

TEST(Schema, EveryKeyIsInTheExampleWithItsDefault) {
  for (const KeyRule& rule : KeyRules()) {
    if (rule.type == KeyType::kTable) continue;
    const SectionRule* section = FindSection(rule.section);
    const std::string text = section == nullptr ? Example().substr(0, Example().find("\n[["))
                                                : SectionText(Example(), *section);
    const std::string name(rule.name), value(rule.default_text);
    const std::string line = value.empty() ? name + " = " : "\n" + name + " = " + value + " ";
    EXPECT_NE(text.find(line), std::string::npos) << rule.section << '.' << rule.name << line;
  }
}

// A table within an entry of a list.
bool IsNested(const KeyRule& rule) { return rule.section.find('.') != std::string_view::npos; }

TEST(Schema, EveryDefaultIsTheDefaultOfTheStruct) {
  std::string text, lists = "[[workers]]\nurl = \"http://127.0.0.1:8000\"\n";
  std::string routes = "[[routes]]\npath = \"/predict\"\n", section = "";
  std::string keys = "[[keys]]\nname = \"k\"\nhash = \"sha256:" + std::string(64, '1') + "\"\n";
  std::string models = "[[models]]\nname = \"m\"\n";
  for (const KeyRule& rule : KeyRules()) {
    if (rule.default_text.empty()) continue;
    const std::string line = std::string(rule.name) + " = " + std::string(rule.default_text) + "\n";
    if (rule.section == "workers") {
      lists += line;
    } else if (rule.section == "routes") {
      routes += line;
    } else if (rule.section == "keys") {
      keys += line;
    } else if (rule.section == "models") {
      models += line;
    } else {
      if (rule.section != section && !IsNested(rule)) {
        text += "[" + std::string(rule.section) + "]\n";
      }
      if (!IsNested(rule)) text += line;
      section = rule.section;
    }
  }
  const LoadResult result = LoadConfigText(text + lists + models + routes + keys, "defaults");
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  EXPECT_EQ(DumpSettings(*result.config), DumpSettings(Config()));
  EXPECT_EQ(DumpWorker(result.config->workers.at(0)), DumpWorker(DefaultWorker()));
  Route route;
  route.path = "/predict";
  EXPECT_EQ(DumpRoute(result.config->routes.at(0)), DumpRoute(route));
  EXPECT_EQ(result.config->keys.at(0).models, AccessKey().models);
  EXPECT_EQ(result.config->keys.at(0).external, AccessKey().external);
}

// A key that is in the schema but never read would be accepted and ignored.
TEST(Schema, EveryKeyIsRead) {
  for (const KeyRule& rule : KeyRules()) {
    const std::string section(rule.section), name(rule.name);
    std::string text = section.empty() ? name + " = 1979-05-27\n" : "";
    text += "[[workers]]\n";
    if (name != "url") text += "url = \"http://a\"\n";
    if (section == "routes" || section == "routes.cache") text += "[[routes]]\n";
    if (section.starts_with("routes") && name != "path") text += "path = \"/a\"\n";
    if (section == "keys") text += "[[keys]]\n";
    if (section == "keys" && name != "name") text += "name = \"k\"\n";
    if (section == "keys" && name != "hash" && name != "secret_file")
      text += "hash = \"sha256:" + std::string(64, '1') + "\"\n";
    if (section.starts_with("models")) text += "[[models]]\n";
    if (section.starts_with("models") && name != "name") text += "name = \"m\"\n";
    if (name == "fallback_after") text += "fallback = [\"n\"]\n";
    if (!section.empty() && section != "workers" && section != "routes" && section != "keys" &&
        section != "models") {
      text += "[" + section + "]\n";
    }
    if (section == "models.mirror" && name != "model") text += "model = \"m\"\n";
    if (section == "models.price" && name == "cached") text += "input = 1\n";
    if (!section.empty()) text += name + " = 1979-05-27\n";
    const LoadResult result = LoadConfigText(text, "b");
    ASSERT_EQ(result.errors.size(), 1u) << text << FormatErrors(result.errors);
    EXPECT_NE(result.errors[0].message.find(" is "), std::string::npos)
        << text << result.errors[0].message;
  }
}

TEST(Schema, TheExamplesCommentedKeysWorkToo) {
  ASSERT_EQ(setenv("WORKER_KEY", "k", 1), 0);
  ASSERT_EQ(setenv("BANTO_ADMIN_TOKEN", "t", 1), 0);
  const std::string folder = testing::TempDir();
  std::istringstream lines(Example());
  std::string text;
  int uncommented = 0;
  for (std::string line; std::getline(lines, line);) {
    const bool is_key = line.starts_with("# ") && line.find(" = ") != std::string::npos &&
                        FindElsewhere("-", line.substr(2, line.find(" = ") - 2)) != nullptr;
    // api_key and token exclude the files that contain them, target a split; gpu3 is not there.
    const bool excluded = line.starts_with("# api_key_file") || line.starts_with("# token_file") ||
                          line.starts_with("# hash") || line.starts_with("# split") ||
                          line.starts_with("# worker = ");
    if (line.starts_with("# [[")) line.erase(0, 2);
    if (is_key && !excluded) {
      line.erase(0, 2);
      ++uncommented;
    }
    for (size_t at; (at = line.find("/etc/banto/")) != std::string::npos;) {
      line.replace(at, 11, folder + "/");
    }
    text += line + "\n";
  }
  const net::PemFile authority(net::MakeIdentity({.common_name = "ca"}, nullptr));
  std::ofstream(folder + "/ca.pem") << ReadFile(authority.path());
  std::ofstream(folder + "/redis.password") << "pw\n";
  std::filesystem::create_directory(folder + "/keys");
  std::ofstream(folder + "/keys/team-a") << "0123456789abcdef\n";
  const LoadResult result = LoadConfigText(text, "b");
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  EXPECT_EQ(uncommented, 23);
  EXPECT_EQ(result.config->keys.at(0).digest, DigestOf("0123456789abcdef"));
  EXPECT_EQ(result.config->workers.at(0).api_key, "k");
  EXPECT_EQ(result.config->workers.at(0).name, "gpu1");
  EXPECT_EQ(result.config->cache.redis->password, "pw");
}

TEST(Schema, EveryKeyHasItsRowInTheDocs) {
  const std::string docs = ReadFile(BANTO_SOURCE_DIR "/docs/config.md");
  std::string missing;
  for (const SectionRule& section : SectionRules()) {
    const std::string name(section.name);
    const std::string header = section.is_list ? "[[" + name + "]]" : "[" + name + "]";
    if (docs.find("## `" + header + "`") == std::string::npos) missing += header + "\n";
  }
  for (const KeyRule& rule : KeyRules()) {
    const std::string value(rule.default_text);
    std::string row = "| `" + std::string(rule.name) + "` | " + DescribeType(rule) + " | " +
                      (value.empty() ? "" : "`" + value + "` ") + "| " + DescribeKey(rule) + " |\n";
    if (docs.find(row) == std::string::npos) missing += row;
  }
  EXPECT_EQ(missing, "") << "docs/config.md needs these rows";
}

// The examples may name files, variables and workers that do not exist here, but must have no other
// error.
TEST(Schema, TheExamplesInTheDocsLoad) {
  const std::string docs = ReadFile(BANTO_SOURCE_DIR "/docs/config.md");
  int examples = 0;
  for (size_t at = 0; (at = docs.find("```toml\n", at)) != std::string::npos; ++examples) {
    at += 8;
    const std::string text = docs.substr(at, docs.find("```", at) - at);
    for (const ConfigError& error : LoadConfigText(text, "docs").errors) {
      const bool elsewhere =
          error.message.starts_with("cannot read /etc/banto/") ||
          error.message.starts_with("the environment variable ") ||
          error.message.starts_with("no worker is called ") ||
          error.message.starts_with("no access log can be written there: /var/log/banto/") ||
          error.message == "there is no worker";
      EXPECT_TRUE(elsewhere) << text << error.message;
    }
  }
  EXPECT_EQ(examples, 16);
}

TEST(Schema, ChoicesNameTheEnumsInTheirOrder) {
  const auto load = [](const std::string& text) {
    const LoadResult result = LoadConfigText("[[workers]]\nurl = \"http://a\"\n" + text, "b");
    EXPECT_NE(result.config, nullptr) << FormatErrors(result.errors);
    return *result.config;
  };
  for (const api::EngineTraits& traits : api::kEngineTraits) {
    const std::string line = std::string("kind = \"") + traits.name + "\"";
    EXPECT_EQ(load(line).workers.at(0).kind, traits.kind) << line;
  }
  EXPECT_EQ(load("[balance]\npolicy = \"least_loaded\"").balance.policy, Policy::kLeastLoaded);
  EXPECT_EQ(load("[balance]\npolicy = \"least_requests\"").balance.policy, Policy::kLeastRequests);
  EXPECT_EQ(load("[balance]\npolicy = \"round_robin\"").balance.policy, Policy::kRoundRobin);
  EXPECT_EQ(load("[balance]\npolicy = \"random\"").balance.policy, Policy::kRandom);
  EXPECT_EQ(load("[cache]\nscope = \"shared\"").cache.scope, Scope::kShared);
  EXPECT_EQ(load("[log]\nlevel = \"error\"").log.level, Log::Level::kError);
  EXPECT_EQ(load("[log]\nlevel = \"debug\"").log.level, Log::Level::kDebug);
  EXPECT_EQ(load("[log]\nformat = \"text\"").log.format, Log::Format::kText);
}

TEST(Schema, TheExampleNamesEveryKindOfWorker) {
  const std::string choices(FindRule("workers", "kind")->choices);
  EXPECT_NE(Example().find("# " + choices + "\n"), std::string::npos) << choices;
}

TEST(Schema, NoKeyIsListedTwice) {
  std::set<std::string> seen;
  for (const KeyRule& rule : KeyRules()) {
    const std::string key = std::string(rule.section) + "." + std::string(rule.name);
    EXPECT_TRUE(seen.insert(key).second) << key;
    EXPECT_TRUE(rule.section.empty() || FindSection(rule.section) != nullptr) << key;
    EXPECT_TRUE(rule.help.ends_with('.')) << key;
  }
}

}  // namespace
}  // namespace banto::conf
