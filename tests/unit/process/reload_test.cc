// Every key of the schema, changed and reloaded: what traffic reads has the new value, or the key
// is named as one that needs a restart.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "conf/config_loader.h"
#include "conf/restart_keys.h"
#include "conf/schema.h"
#include "proxy/process/control_plane.h"
#include "tests/unit/net/test_certificates.h"

namespace banto {
namespace {

using conf::KeyRule;
using conf::KeyType;

class DeafObserver final : public ControlObserver {
 public:
  void OnSnapshot(const SnapshotPtr&) override {}
  void OnWorkerChanged(conf::Log::Level, const std::string&, const std::string&) override {}
  void OnProbe(const std::string&, const char*) override {}
  void OnEngineLoad(const std::string&, const health::EngineLoad&) override {}
};

std::string Key(const KeyRule& rule) {
  return std::string(rule.section) + (rule.section.empty() ? "" : ".") + std::string(rule.name);
}

std::string SecretFile() {
  const std::string path = testing::TempDir() + "/banto_reload_secret";
  std::ofstream(path) << "secret-of-sixteen-bytes\n";
  return path;
}

// A good value that is not the default.
std::string OtherValue(const KeyRule& rule, const std::string& ca_file) {
  static const std::map<std::string, std::string> kSpecial = {
      {"trusted_proxies", "[\"10.0.0.0/8\"]"},
      {"workers.url", "\"https://127.0.0.1:2\""},
      {"cache.redis", "\"redis://127.0.0.1:2\""},
      {"cache.redis_password_file", "\"" + SecretFile() + "\""},
      {"health.path", "\"/other\""},
      {"routes.path", "\"/other\""},
      {"routes.methods", "[\"PUT\"]"},
      {"routes.workers", "[\"w\"]"},
      {"routes.cache.key", "[\"body\"]"},
      {"cors.origins", "[\"https://ui.example\"]"},
      {"log.access", "\"off\""},
      {"models.mirror", "{ model = \"other\" }"},
      {"models.mirror.share", "0.5"},
      {"models.mirror.worker", "\"w\""},
      {"models.timeouts", "{ idle = \"7s\" }"},
      {"models.price", "{ input = 7 }"},
      {"models.reference_price", "{ input = 7 }"},
      {"keys.hash", "\"sha256:" + std::string(64, '7') + "\""},
      {"keys.secret_file", "\"" + SecretFile() + "\""},
  };
  const auto special = kSpecial.find(Key(rule));
  if (special != kSpecial.end()) return special->second;
  switch (rule.type) {
    case KeyType::kBoolean:
      return rule.default_text == "true" ? "false" : "true";
    case KeyType::kInteger:
      return "7";
    case KeyType::kDuration:
      return "\"7s\"";
    case KeyType::kSize:
      return "\"7MiB\"";
    case KeyType::kChoice:
      return "\"" + std::string(conf::SplitChoices(rule.choices).back()) + "\"";
    case KeyType::kListen:
      return "\"127.0.0.1:2\"";
    case KeyType::kTexts:
      return "[\"other\"]";
    case KeyType::kTextTable:
      return "{ other = \"value\" }";
    case KeyType::kNumber:
      return "7";
    case KeyType::kModels:
      return "[\"other\"]";
    case KeyType::kShares:
    case KeyType::kJsonTable:
      return "{ other = 7 }";
    case KeyType::kTable:
      return "{ ttl = \"7s\" }";
    case KeyType::kFile:
      return "\"" + ca_file + "\"";
    case KeyType::kSecretFile:
      return "\"" + SecretFile() + "\"";
    default:
      return "\"other\"";
  }
}

// A small file; `value` ("": none) is what it says of `rule`.
std::string FileWith(const KeyRule& rule, const std::string& value) {
  std::map<std::string, std::map<std::string, std::string>> sections = {
      {"workers", {{"url", "\"https://127.0.0.1:1\""}, {"name", "\"w\""}}},
      {"cache", {{"redis", "\"redis://127.0.0.1:1\""}}},
      {"routes", {{"path", "\"/path\""}}},
      {"models", {{"name", "\"m\""}}},
      {"keys", {{"name", "\"k\""}, {"hash", "\"sha256:" + std::string(64, '1') + "\""}}},
  };
  const std::string section(rule.section);
  if (section == "models.mirror") sections[section] = {{"model", "\"n\""}};
  if (section == "models.price") sections[section] = {{"input", "1"}};
  if (rule.name == "fallback_after") sections[section]["fallback"] = "[\"n\"]";
  if (!value.empty()) sections[section][std::string(rule.name)] = value;
  if (!value.empty() && rule.name == "secret_file") sections[section].erase("hash");
  std::string text;
  for (const auto& [name, setting] : sections[""]) text += name + " = " + setting + "\n";
  for (const conf::SectionRule& header : conf::SectionRules()) {
    const std::string name(header.name);
    if (name != section && sections.count(name) == 0) continue;
    text += header.is_list ? "[[" + name + "]]\n" : "[" + name + "]\n";
    for (const auto& [key, setting] : sections[name]) text += key + " = " + setting + "\n";
  }
  return text;
}

// The parts of a configuration, and of what was published of it for the proxy threads.
struct Copies {
  conf::Config config;
  conf::Worker worker;
  conf::Route route;
  conf::ModelRule model;
  conf::AccessKey key = config.keys.at(0);
  conf::Price price = model.price.value_or(conf::Price());
  conf::Parts parts() {
    return {.config = &config,
            .worker = &worker,
            .route = &route,
            .key = &key,
            .model = &model,
            .price = &price};
  }
};
Copies Of(const conf::Config& config) {
  return {config, config.workers.at(0), config.routes.at(0), config.models.at(0)};
}
Copies Of(const Snapshot& snapshot) {
  return {*snapshot.config, snapshot.workers.at(0)->settings, snapshot.routes.at(0).settings,
          snapshot.rules.at(0).settings};
}

std::shared_ptr<const conf::Config> Load(const std::string& text) {
  conf::LoadResult result = conf::LoadConfigText(text, "b");
  EXPECT_NE(result.config, nullptr) << text << conf::FormatErrors(result.errors);
  return std::move(result.config);
}

TEST(Reload, EveryChangedKeyIsPublishedOrNamed) {
  const net::PemFile authority(net::MakeIdentity({.common_name = "ca"}, nullptr));
  for (const KeyRule& rule : conf::KeyRules()) {
    const std::string key = Key(rule);
    const auto before = Load(FileWith(rule, ""));
    const auto after = Load(FileWith(rule, OtherValue(rule, authority.path())));
    ASSERT_TRUE(before != nullptr && after != nullptr);
    Copies old = Of(*before), next = Of(*after);
    EXPECT_FALSE(SameValue(rule.member(old.parts()), rule.member(next.parts()))) << key;

    net::EventLoop loop;
    net::Resolver resolver;
    upstream::WaitQueue queue;
    DeafObserver observer;
    ControlPlane control(&loop, &resolver, &queue, &observer);
    std::string error;
    ASSERT_TRUE(control.Adopt(before, &error)) << key << ' ' << error;
    ASSERT_TRUE(control.Adopt(after, &error)) << key << ' ' << error;
    Copies published = Of(*control.snapshot());
    EXPECT_TRUE(SameValue(rule.member(published.parts()), rule.member(next.parts()))) << key;

    const std::vector<std::string> named =
        rule.needs_restart ? std::vector<std::string>{key} : std::vector<std::string>{};
    EXPECT_EQ(conf::ChangedRestartKeys(*before, *after), named) << key;
    queue.Close();
  }
}

}  // namespace
}  // namespace banto
