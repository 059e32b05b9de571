// Warnings about configurations that load but are probably a mistake.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "conf/config_loader.h"

namespace banto::conf {
namespace {

constexpr const char* kWorker = "[[workers]]\nurl = \"http://a\"\n";

// "line: message" of each warning.
std::vector<std::string> Warnings(const std::string& text) {
  const LoadResult result = LoadConfigText(text, "b");
  EXPECT_NE(result.config, nullptr) << FormatErrors(result.errors);
  std::vector<std::string> said;
  for (const ConfigError& warning : result.warnings) {
    EXPECT_FALSE(warning.hint.empty()) << warning.message;
    said.push_back(std::to_string(warning.line) + ": " + warning.message);
  }
  return said;
}

using Said = std::vector<std::string>;

TEST(Warnings, ThereAreNoneForTheSmallestFile) { EXPECT_EQ(Warnings(kWorker), Said{}); }

TEST(Warnings, AnOpenAdminPortWithoutAToken) {
  const std::string admin = std::string(kWorker) + "[admin]\nlisten = ";
  const Said open = {"4: operators listen on 0.0.0.0:9901 and no token is required"};
  EXPECT_EQ(Warnings(admin + "\"0.0.0.0:9901\"\n"), open);
  EXPECT_EQ(Warnings(admin + "\":9901\"\n").size(), 1u);
  EXPECT_EQ(Warnings(admin + "\"[::]:9901\"\n").size(), 1u);
  EXPECT_EQ(Warnings(admin + "\"10.0.0.1:9901\"\n").size(), 1u);
  EXPECT_EQ(Warnings(admin + "\"127.0.0.2:9901\"\n"), Said{});
  EXPECT_EQ(Warnings(admin + "\"[::1]:9901\"\n"), Said{});
  EXPECT_EQ(Warnings(admin + "\"unix:/run/x\"\n"), Said{});
  EXPECT_EQ(Warnings(admin + "\"\"\n"), Said{});
  EXPECT_EQ(Warnings(admin + "\":9901\"\ntoken = \"t\"\n"), Said{});
}

TEST(Warnings, AWorkersKeySharedByAllClients) {
  const std::string text = std::string(kWorker) + "name = \"w\"\napi_key = \"k\"\n";
  const Said spent = {
      "4: whoever reaches 0.0.0.0:8080 uses the key of worker \"w\": no client needs one"};
  EXPECT_EQ(Warnings(text), spent);
  EXPECT_EQ(Warnings("listen = \"127.0.0.1:8080\"\n" + text), Said{});
  const std::string keys =
      "[[keys]]\nname = \"a\"\nhash = \"sha256:" + std::string(64, '1') + "\"\n";
  EXPECT_EQ(Warnings(text + keys), Said{}) << "clients need one";
  const std::string headers = std::string(kWorker) + "headers = { ";
  EXPECT_EQ(Warnings(headers + "\"X-API-Key\" = \"k\" }\n").size(), 1u);
  EXPECT_EQ(Warnings(headers + "authorization = \"k\" }\n").size(), 1u);
  EXPECT_EQ(Warnings(headers + "x-colour = \"k\" }\n"), Said{});
}

TEST(Warnings, AnExternalWorkerForWhichNothingIsNamed) {
  const std::string text = std::string(kWorker) + "name = \"w\"\n";
  const std::string why =
      " worker \"w\" gets no request: it is external, and nothing names a model for it";
  EXPECT_EQ(Warnings(text + "external = true\n"), Said{"4:" + why});
  EXPECT_EQ(Warnings(text + "kind = \"anthropic\"\n"), Said{"4:" + why});
  EXPECT_EQ(Warnings(text + "kind = \"anthropic\"\nmodels = [\"a\"]\n[[models]]\nname = \"a\"\n"
                            "price = { input = 1 }\n"),
            Said{});
  EXPECT_EQ(Warnings(text + "kind = \"anthropic\"\nexternal = false\n"), Said{});
  EXPECT_EQ(Warnings(text + "external = true\nkind = \"http\"\n[[routes]]\npath = \"/a\"\n"
                            "workers = [\"w\"]\n"),
            Said{});
}

TEST(Warnings, ACacheThatDoesNotCoverApps) {
  const std::string cache = "[cache]\nttl = \"1h\"\n";
  const std::string route = "[[routes]]\npath = \"/predict\"\n";
  const Said kept = {"6: [cache] does not cache this route's answers"};
  EXPECT_EQ(Warnings(kWorker + cache + route), kept);
  EXPECT_EQ(Warnings(kWorker + route), Said{}) << "nobody asked for a cache";
  EXPECT_EQ(Warnings(kWorker + cache + route + "cache = { ttl = \"1s\" }\n"), Said{});
  EXPECT_EQ(Warnings(kWorker + cache + route + "cache = { enabled = false }\n"), Said{});
  EXPECT_EQ(Warnings(kWorker + std::string("[cache]\nenabled = false\n") + route), Said{});
  const Said app = {"3: [cache] does not cache an HTTP application's answers"};
  EXPECT_EQ(Warnings(kWorker + std::string("kind = \"http\"\n") + cache), app);
}

TEST(Warnings, ACacheWithoutATier) {
  const std::string cache = std::string(kWorker) + "[cache]\nmemory = \"0\"\n";
  EXPECT_EQ(Warnings(cache), Said{"4: no answer is cached: memory is \"0\" and there is no redis"});
  EXPECT_EQ(Warnings(cache + "redis = \"redis://127.0.0.1\"\n"), Said{});
  EXPECT_EQ(Warnings(cache + "enabled = false\n"), Said{});
}

TEST(Warnings, OneModelOnDifferentEngines) {
  const std::string first =
      std::string(kWorker) + "name = \"x\"\nkind = \"vllm\"\nmodels = [\"m\"]\n";
  const std::string second =
      "[[workers]]\nurl = \"http://b\"\nname = \"y\"\nmodels = [\"m\"]\nkind = ";
  const Said unlike = {"9: \"m\" is served by different engines: \"x\" is vllm, \"y\" is ollama"};
  EXPECT_EQ(Warnings(first + second + "\"ollama\"\n"), unlike);
  std::string twice = second;
  twice.replace(twice.find("[\"m\"]"), 5, "[\"m\", \"m\"]");
  EXPECT_EQ(Warnings(first + twice + "\"ollama\"\n"), unlike) << "once";
  EXPECT_EQ(Warnings(first + second + "\"ollama\"\n[cache]\nenabled = false\n"), Said{});
  EXPECT_EQ(Warnings(first + second + "\"vllm\"\n"), Said{});
  EXPECT_EQ(Warnings(first + second + "\"auto\"\n"), Said{});
}

TEST(Warnings, LookLikeErrorsAndDoNotShowSecrets) {
  const std::string text = std::string(kWorker) + "api_key = \"hunter2\"\n";
  const LoadResult result = LoadConfigText(text, "b.toml");
  const std::string shown = FormatWarnings(result.warnings);
  EXPECT_TRUE(shown.starts_with("b.toml:3:1: warning: whoever reaches ")) << shown;
  EXPECT_NE(shown.find("\n 3 | api_key = "), std::string::npos) << shown;
  EXPECT_TRUE(shown.ends_with("\n1 warning.\n")) << shown;
  EXPECT_EQ(shown.find("hunter2"), std::string::npos) << shown;
  EXPECT_TRUE(DescribeError(result.warnings[0]).starts_with("b.toml:3:1: whoever reaches "));
}

TEST(Warnings, ServeIsWarnedToo) {
  ServeOptions options;
  options.urls = {"http://a"};
  EXPECT_TRUE(ConfigForServe(options).warnings.empty());
  options.admin_listen = "0.0.0.0:9901";
  const LoadResult result = ConfigForServe(options);
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_TRUE(DescribeError(result.warnings[0]).starts_with("operators listen on 0.0.0.0:9901 "));
  EXPECT_EQ(result.warnings[0].hint, "give --admin an address of 127.0.0.1; a token needs a file");
}

TEST(Suggestions, WordsOfOtherProxiesLeadToOurs) {
  const auto hint = [](const std::string& line) {
    const LoadResult result = LoadConfigText(kWorker + line, "b");
    return result.errors.size() == 1 ? result.errors[0].hint : "";
  };
  const std::string policy = "[balance]\npolicy = ";
  EXPECT_EQ(hint(policy + "\"least_conn\""), "did you mean \"least_requests\"?");
  EXPECT_EQ(hint(policy + "\"leastconn\""), "did you mean \"least_requests\"?");
  EXPECT_EQ(hint(policy + "\"ip_hash\""), "did you mean \"least_loaded\"?");
  EXPECT_EQ(hint(policy + "\"Round-Robin\""), "did you mean \"round_robin\"?");
  EXPECT_EQ(hint("[log]\nlevel = \"warning\""), "did you mean \"warn\"?");
  EXPECT_EQ(hint("kind = \"llama.cpp\""), "did you mean \"llamacpp\"?");
  EXPECT_EQ(hint("kind = \"vLLM\""), "did you mean \"vllm\"?");
  EXPECT_EQ(hint("[log]\nlevel = \"INFO\""), "did you mean \"info\"?");
}

TEST(Suggestions, KeysOfOtherProxiesLeadToOurs) {
  const auto hint = [](const std::string& line) {
    const LoadResult result = LoadConfigText(kWorker + line, "b");
    return result.errors.size() == 1 ? result.errors[0].hint : "";
  };
  EXPECT_EQ(hint("max_conns = 64"), "did you mean \"max_in_flight\"?");
  EXPECT_EQ(hint("max_fails = 3"), "here that is \"fall\" of [health]");
  EXPECT_EQ(hint("key = \"k\""), "did you mean \"api_key\"?");
  EXPECT_EQ(hint("token = \"k\""), "did you mean \"api_key\"?");
  EXPECT_EQ(hint("Weight = 2"), "did you mean \"weight\"?");
  EXPECT_EQ(hint("[timeouts]\nproxy_read_timeout = \"1s\""), "did you mean \"first_byte\"?");
  EXPECT_EQ(hint("[timeouts]\nclient_body_timeout = \"1s\""), "did you mean \"client_body\"?");
  EXPECT_EQ(hint("[limits]\nclient_max_body_size = \"1MiB\""), "did you mean \"body_bytes_max\"?");
  EXPECT_EQ(hint("[cache]\nproxy_cache_valid = \"1m\""), "did you mean \"ttl\"?");
  EXPECT_EQ(hint("set_real_ip_from = \"10.0.0.0/8\""),
            "here that is \"trusted_proxies\" of the top of the file, before the first section");
  EXPECT_EQ(hint("proxy_read_timeout = \"1s\""), "here that is \"first_byte\" of [timeouts]");
  EXPECT_EQ(hint("api_base = \"http://a\""), "did you mean \"url\"?");
  EXPECT_EQ(hint("[balance]\nserver = \"http://a\""), "here that is \"url\" of [[workers]]");
  EXPECT_EQ(hint("[[routes]]\npath = \"/\"\nupstream = \"a\""), "did you mean \"workers\"?");
  EXPECT_EQ(hint("[admin]\nbind = \"127.0.0.1:1\""), "did you mean \"listen\"?");
  EXPECT_EQ(hint("[timeouts]\nserver = \"50s\""), "did you mean \"first_byte\"?");
  EXPECT_EQ(hint("[timeouts]\nqueue = \"5s\""), "here that is \"queue_timeout\" of [balance]");
  EXPECT_EQ(hint("[cors]\nbind = \"127.0.0.1:1\""),
            "here that is \"listen\" of the top of the file, before the first section");
}

TEST(Suggestions, SectionsOfOtherProxiesLeadToOurs) {
  const auto hint = [](const std::string& header) {
    const LoadResult result = LoadConfigText(kWorker + header + "\n", "b");
    return result.errors.size() == 1 ? result.errors[0].hint : "";
  };
  EXPECT_EQ(hint("[upstream]"), "did you mean [[workers]]?");
  EXPECT_EQ(hint("[[servers]]"), "did you mean [[workers]]?");
  EXPECT_EQ(hint("[[model_list]]"), "did you mean [[workers]]?");
  EXPECT_EQ(hint("[[location]]"), "did you mean [[routes]]?");
  EXPECT_EQ(hint("[Logging]"), "did you mean [log]?");
}

TEST(Warnings, WhoseAManagedApiIsOughtToBeSaid) {
  const auto warned = [](const std::string& url, const std::string& more) {
    return Warnings("[[workers]]\nname = \"w\"\nurl = \"" + url + "\"\nkind = \"openai\"\n" + more)
        .size();
  };
  EXPECT_EQ(warned("https://api.groq.com/openai/v1", ""), 1u);
  EXPECT_EQ(warned("https://api.groq.com/openai/v1", "external = false\n"), 0u);
  EXPECT_EQ(warned("https://llm.internal/v1", ""), 0u);
  EXPECT_EQ(warned("http://api.groq.com/openai/v1", ""), 0u) << "no managed API is without TLS";
}

TEST(Warnings, WhatStaysInTheHouseIsNotStoredOutside) {
  const auto said = [](const std::string& redis, const std::string& more) {
    return Warnings(std::string(kWorker) + "[cache]\nredis = \"" + redis + "\"\n" + more);
  };
  const std::string local = "[[models]]\nname = \"m\"\nlocal_only = true\n";
  EXPECT_EQ(said("redis://cache.example.com", local),
            (Said{"4: answers to what may not leave the house are stored in this Redis, which is "
                  "outside"}));
  EXPECT_EQ(said("redis://cache.example.com", ""), Said{});
  EXPECT_EQ(said("redis://10.0.0.1", local), Said{});
}

TEST(Suggestions, AdviceIsCorrect) {
  ASSERT_EQ(setenv("BANTO_TEST_EMPTY", "", 1), 0);
  const auto said = [](const std::string& line) {
    const LoadResult result = LoadConfigText(kWorker + line, "b");
    return result.errors.size() == 1 ? result.errors[0].message + " | " + result.errors[0].hint
                                     : "";
  };
  const std::string ttl = "write \"1ms\" to \"8784h\"; enabled = false turns caching off";
  EXPECT_EQ(said("[cache]\nttl = 0"), "a duration is a string | " + ttl);
  EXPECT_EQ(said("[cache]\nttl = \"0\""), "\"ttl\" is out of range | " + ttl);
  EXPECT_EQ(said("[health]\ninterval = 99999"),
            "a duration is a string | write \"100ms\" to \"1h\"");
  EXPECT_EQ(said("[timeouts]\ntotal = 0"), "a duration is a string | write total = \"0\"");
  EXPECT_EQ(said("[admin]\nlisten = \"::1:80\""),
            "IPv6 goes in brackets in listen address \"::1:80\" | write [::1]:80");
  EXPECT_EQ(said("api_key = \"Bearer x\""),
            "an api_key is one word of printable text | leave out \"Bearer\": banto writes it");
  const std::string path = testing::TempDir() + "/banto_test_bearer";
  std::ofstream(path) << "bearer x\n";
  EXPECT_EQ(said("api_key_file = \"" + path + "\""),
            "an api_key is one word of printable text | leave out \"Bearer\": banto writes it");
  EXPECT_EQ(said("[admin]\ntoken = \"Bearer x\""),
            "a token is one word of printable text | leave out \"Bearer\": the caller writes it");
  EXPECT_EQ(said("api_key = \"${BANTO_TEST_EMPTY}\""),
            "the environment variable BANTO_TEST_EMPTY is empty | set it");
  EXPECT_EQ(said("[[workers]]\nurl = \"ws://h:1/v1?key=k\""),
            "a worker's url begins with http:// or https:// | write http:// in its place");
  EXPECT_EQ(said("[[workers]]\nurl = \"a?b://c\""),
            "a worker's url begins with http:// or https:// | write http:// in its place");
}

TEST(Suggestions, ServeRefersToItsFlags) {
  ServeOptions options;
  options.urls = {"http://a"};
  options.redis = "memcached://x";
  EXPECT_EQ(ConfigForServe(options).errors.at(0).hint, "write --redis redis://host:6379/0");
}

}  // namespace
}  // namespace banto::conf
