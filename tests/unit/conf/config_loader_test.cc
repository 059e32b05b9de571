#include "conf/config_loader.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/unit/conf/config_dump.h"

namespace banto::conf {
namespace {

std::shared_ptr<const Config> Load(const std::string& text) {
  LoadResult result = LoadConfigText(text, "banto.toml");
  EXPECT_NE(result.config, nullptr) << FormatErrors(result.errors);
  return result.config != nullptr ? result.config : std::make_shared<const Config>();
}

constexpr char kWorker[] = "[[workers]]\nurl = \"http://gpu1:8000\"\n";

TEST(ConfigLoader, OneUrlIsEnough) {
  const auto config = Load(kWorker);
  ASSERT_EQ(config->workers.size(), 1u);
  EXPECT_EQ(config->workers[0].name, "gpu1:8000");
  EXPECT_EQ(config->file, "banto.toml");
  EXPECT_EQ(DumpSettings(*config), DumpSettings(Config()));
}

TEST(ConfigLoader, TheDesignsExampleMeansWhatItSays) {
  ASSERT_EQ(setenv("COLAB_KEY", "sk-colab", 1), 0);
  const auto config = Load(R"(
[[workers]]
name = "gpu2"
url = "http://10.0.0.12:8000"
kind = "vllm"
models = ["llama-3.1-70b"]
weight = 2
max_in_flight = 64
[[workers]]
name = "colab"
url = "https://abc123.ngrok-free.app"
backup = true
host_header = "localhost:11434"
api_key = "${COLAB_KEY}"
headers = { "ngrok-skip-browser-warning" = "1" }
tls_verify = false
[cache]
redis = "redis://127.0.0.1:6379/0"
sampled = false
[[routes]]
path = "/predict"
methods = ["GET"]
workers = ["gpu2", "colab"]
cache = { ttl = "60s", key = ["query.input_text"] }
[log]
access = "off"
)");
  ASSERT_EQ(config->workers.size(), 2u);
  EXPECT_EQ(DumpWorker(config->workers[0]),
            "worker gpu2 http 10.0.0.12:8000 vllm weight=2 max_in_flight=64 backup=0 host_header= "
            "api_key= tls_verify=1 tls_ca_file= models=llama-3.1-70b, headers=\n");
  EXPECT_EQ(DumpWorker(config->workers[1]),
            "worker colab https abc123.ngrok-free.app auto weight=1 max_in_flight=0 backup=1 "
            "host_header=localhost:11434 api_key=sk-colab tls_verify=0 tls_ca_file= models= "
            "headers=ngrok-skip-browser-warning:1,\n");
  ASSERT_EQ(config->routes.size(), 1u);
  EXPECT_EQ(DumpRoute(config->routes[0]),
            "route /predict retry_unsafe=0 cache=1 ttl=60000 key=query.input_text, methods=GET, "
            "workers=gpu2,colab,\n");
  EXPECT_EQ(config->cache.redis->Authority(), "127.0.0.1");
  EXPECT_FALSE(config->cache.sampled);
  EXPECT_EQ(config->log.access, "off");
}

TEST(ConfigLoader, EveryWayToWriteATableMeansTheSame) {
  const std::string expected = DumpSettings(*Load(std::string(kWorker) + "[cache]\nttl = \"5m\""));
  for (const std::string& text : {std::string("cache = { ttl = \"5m\" }\n") + kWorker,
                                  std::string("cache.ttl = \"5m\"\n") + kWorker,
                                  std::string("\"cache\".'ttl' = '5m'\n") + kWorker,
                                  std::string("[cache]\r\nttl=\"\"\"5m\"\"\"\r\n") + kWorker}) {
    EXPECT_EQ(DumpSettings(*Load(text)), expected) << text;
  }
  const auto list =
      Load("workers = [\n  { url = \"http://a\" }, # one\n  { url = \"http://b\" },\n]");
  EXPECT_EQ(list->workers.size(), 2u);
}

TEST(ConfigLoader, TiersAndListenersCanBeTurnedOff) {
  const auto config =
      Load(std::string(kWorker) + "[cache]\nmemory = \"0\"\n[admin]\nlisten = \"\"");
  EXPECT_TRUE(config->cache.enabled);
  EXPECT_EQ(config->cache.memory_bytes, 0u);
  EXPECT_FALSE(config->cache.on());
  EXPECT_TRUE(
      Load(std::string(kWorker) + "[cache]\nmemory = \"0\"\nredis = \"redis://a\"")->cache.on());
  EXPECT_TRUE(Load(kWorker)->cache.on());
  EXPECT_FALSE(config->admin.enabled);
  EXPECT_FALSE(Load(std::string(kWorker) + "[cache]\nenabled = false")->cache.enabled);
  const auto route =
      Load(std::string(kWorker) + "[[routes]]\npath = \"/a*\"\ncache.enabled = false");
  EXPECT_FALSE(route->routes[0].cache.enabled);
}

TEST(ConfigLoader, ARoutesTtlMayBeTheAnswersOwn) {
  const auto ttl = [](const std::string& text) {
    return Load(std::string(kWorker) + "[[routes]]\npath = \"/a\"\ncache = { " + text + " }")
        ->routes[0]
        .cache;
  };
  EXPECT_TRUE(ttl("ttl = \"origin\"").ttl_of_answer);
  EXPECT_FALSE(ttl("ttl = \"5s\"").ttl_of_answer);
  EXPECT_EQ(ttl("ttl = \"5s\"").ttl_ms, 5000);
  EXPECT_FALSE(ttl("").ttl_of_answer);
}

TEST(ConfigLoader, APoolOfBackupsOnlyIsFine) {
  EXPECT_TRUE(Load(std::string(kWorker) + "backup = true")->workers[0].backup);
}

TEST(ConfigLoader, OneServerMayBeListedTwiceUnderTwoNames) {
  const auto config = Load(std::string(kWorker) + kWorker + "name = \"second\"");
  EXPECT_EQ(config->workers.size(), 2u);
}

TEST(ConfigLoader, ListenAcceptsAllForms) {
  EXPECT_EQ(Load("listen = \":0\"\n" + std::string(kWorker))->listen.port, 0);
  EXPECT_EQ(Load("listen = \"unix:/run/b.sock\"\n" + std::string(kWorker))->listen.unix_path,
            "/run/b.sock");
}

ServeOptions Serve(std::vector<std::string> urls) {
  ServeOptions options;
  options.urls = std::move(urls);
  return options;
}

TEST(ConfigForServe, NeedsNothingButUrls) {
  const LoadResult result = ConfigForServe(Serve({"http://gpu1:8000", "https://gpu2"}));
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  EXPECT_EQ(result.config->workers.at(0).name, "gpu1:8000");
  EXPECT_EQ(result.config->workers.at(1).name, "gpu2");
  EXPECT_EQ(result.config->file, "");
  EXPECT_EQ(DumpSettings(*result.config), DumpSettings(Config()));
}

TEST(ConfigForServe, OneHostWithTwoSchemesOrPathsIsTwoWorkers) {
  const LoadResult result = ConfigForServe(Serve({"http://a", "https://a", "http://a/app/"}));
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  EXPECT_EQ(result.config->workers.at(0).name, "a");
  EXPECT_EQ(result.config->workers.at(1).name, "https://a");
  EXPECT_EQ(result.config->workers.at(2).name, "a/app");
}

TEST(ConfigForServe, OptionsReplaceDefaults) {
  ServeOptions options = Serve({"http://gpu1:8000"});
  options.listen = ":9000";
  options.admin_listen = "127.0.0.1:9001";
  options.redis = "redis://cache:6380/2";
  options.threads = 3;
  const LoadResult result = ConfigForServe(options);
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  EXPECT_EQ(result.config->listen.port, 9000);
  EXPECT_EQ(result.config->admin.listen.port, 9001);
  EXPECT_EQ(result.config->cache.redis->Authority(), "cache:6380");
  EXPECT_EQ(result.config->threads, 3);
}

TEST(ConfigForServe, UrlWithoutASchemeIsSuggestedWithOne) {
  EXPECT_EQ(FormatErrors(ConfigForServe(Serve({"gpu1:8000"})).errors),
            "error: worker \"gpu1:8000\": no scheme in \"gpu1:8000\"\n"
            "   write http://gpu1:8000\n1 error.\n");
}

TEST(ConfigForServe, EveryErrorIsReported) {
  ServeOptions options = Serve({"gpu1", "http://a", "http://a", "redis://b"});
  options.listen = "here";
  options.redis = "redis:hunter2@c";
  options.threads = -1;
  const LoadResult result = ConfigForServe(options);
  EXPECT_EQ(result.config, nullptr);
  EXPECT_EQ(result.errors.size(), 6u) << FormatErrors(result.errors);
  EXPECT_EQ(FormatErrors(result.errors).find("hunter2"), std::string::npos);
  EXPECT_EQ(ConfigForServe(Serve({})).errors.at(0).message, "there is no worker");
}

}  // namespace
}  // namespace banto::conf
