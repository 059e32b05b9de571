// A secret in the file, in the environment or in a separate file never appears in an error.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "conf/config_loader.h"

namespace banto::conf {
namespace {

// A word that none of our messages contains.
constexpr char kSecret[] = "hunter2";

constexpr char kFile[] =
    "[[workers]]\n"
    "url = \"http://gpu1:8000\"\n"
    "api_key = \"sk-hunter2==\"\n"
    "host_header = \"localhost\"\n"
    "headers = { \"X-Key\" = \"hunter2\", Cookie = 'a=hunter2' }\n"
    "[[workers]]\n"
    "url = \"http://gpu2:8000\"\n"
    "[workers.headers]\n"
    "Authorization = \"Basic hunter2\"\n"
    "X-Api = \"hunter2\"\n"
    "[cache]\n"
    "redis = \"redis://me:hunter2@localhost:6379/0\"\n"
    "ttl = \"5m\"\n"
    "[admin]\n"
    "token = \"hunter2\"\n";

void ExpectSilent(const std::string& text) {
  const std::string shown = FormatErrors(LoadConfigText(text, "banto.toml").errors);
  EXPECT_EQ(shown.find(kSecret), std::string::npos) << shown << "\nof\n" << text;
}

TEST(Secret, TheFileWithoutMistakesLoads) {
  const LoadResult result = LoadConfigText(kFile, "banto.toml");
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  EXPECT_EQ(result.config->workers[0].api_key, "sk-hunter2==");
  EXPECT_EQ(result.config->workers[1].headers.size(), 2u);
  EXPECT_EQ(result.config->cache.redis->password, kSecret);
}

TEST(Secret, NoPrefixShowsIt) {
  const std::string file = kFile;
  for (size_t size = 0; size <= file.size(); ++size) {
    ExpectSilent(file.substr(0, size));
    ExpectSilent(file.substr(0, size) + "\nunknown = 1\n");
  }
}

TEST(Secret, NoTypoShowsIt) {
  const std::string file = kFile;
  for (size_t at = 0; at < file.size(); ++at) {
    std::string lost = file;
    ExpectSilent(lost.erase(at, 1));
    std::string twice = file;
    ExpectSilent(twice.insert(at, 1, file[at]));
    std::string replaced = file;
    replaced[at] = 'x';
    ExpectSilent(replaced);
    for (const char mark : {'"', '\'', '=', '\n', ' ', '['}) {
      // A line torn inside "sk-hunter2==" reads as a key of that name, which cannot be recognised.
      if (mark == '\n' && at >= file.find("\"sk-") && at <= file.find("hunter2")) continue;
      std::string added = file;
      ExpectSilent(added.insert(at, 1, mark));
    }
  }
}

TEST(Secret, NoMistakeOnItsLineShowsIt) {
  for (const char* line : {"api_key = hunter2",
                           "api_key : \"hunter2\"",
                           "api_key \"hunter2\"",
                           "api_key = \"hunter2",
                           "api_ky = \"hunter2\"",
                           "apikey = hunter2",
                           "token = \"hunter2\"",
                           "pasword = \"hunter2\"",
                           "api_key = [\"hunter2\"]",
                           "api_key = { a = \"hunter2\" }",
                           "api_key = \"hunter2\" x",
                           "api_key = \"a\\nhunter2\"",
                           "api_key = \"\"\"\nhunter2\n\"\"\"",
                           "api_key = \"\"\"\nhunter2",
                           "headers = { Authorization = \"hunter2\" x }",
                           "headers = [\"hunter2\"]",
                           "headers = \"hunter2\"",
                           "headers = { \"hunter2",
                           "headers.Host = \"hunter2\"",
                           "headers.Authorization = hunter2",
                           "url2 = \"http://a:hunter2@b\"",
                           "models = [\n\"hunter2@x\",\nb]",
                           "API_KEY = \"hunter2\"",
                           "\"api_key\" = hunter2",
                           "[cache]\nredis = \"redis://:hunter2\"",
                           "[cache]\nredis = \"redis:hunter2@localhost\"",
                           "[cache]\nredis = \"http://me:hunter2@localhost\"",
                           "[cache]\nredis = redis://:hunter2@x",
                           "[cache]\nredis = \"redis://me:hunter2@local host\"",
                           "[cache]\nredis = \"hunter2\"",
                           "[cache]\nredis_pasword = \"hunter2\"",
                           "[cache]\nredis = [\"redis://:hunter2@x\"]",
                           "[admin]\ntoken = \"hunter 2\\u0000hunter2\"",
                           "[workers.headers]\npath = \"hunter2\" x",
                           "key = \"hunter2\"",
                           "key = \"hunter2",
                           "key = hunter2",
                           "keys = [\"hunter2\"]",
                           "path = \"hunter2\"",
                           "access = \"hunter2\"",
                           "secret = \"hunter2\"",
                           "[[workers]]\nurl = \"https://g/v1?key=hunter2\"",
                           "[[workers]]\nurl = \"https://g/v1?hunter2\"",
                           "[[workers]]\nurl = \"https://g/v1#key=hunter2\"",
                           "[[workers]]\nurl = \"https://g/v1;key=hunter2?\"",
                           "[[workers]]\nurl = \"g/v1?a=1&key=hunter2\"",
                           "[[workers]]\nurl = \"ws://g/v1?key=hunter2\"",
                           "[[workers]]\nurl = \"https://a?b:hunter2@g\"",
                           "[[workers]]\nurl = \"https://g/?key=a@hunter2\"",
                           "[[workers]]\nurl = https://g/?key=hunter2",
                           "[[workers]]\nulr = \"https://g/?key=hunter2\"",
                           "[[routes]]\npath = \"/p?key=hunter2\"",
                           "[cache]\nkey = \"hunter2\"",
                           "[cache]\nredis = \"redis://h/x?password=hunter2\"",
                           "[[keys]]\nhash = \"hunter2\"",
                           "[[keys]]\nhash = \"sha256:hunter2",
                           "[[keys]]\nhsah = \"hunter2\"",
                           "[[keys]]\nsecret = \"hunter2\"",
                           "[[keys]]\nkey = \"hunter2\"",
                           "[keys]\nteam-a = \"hunter2\"",
                           "[admin]\ntoken = 1\ntoken = \"hunter2\""}) {
    ExpectSilent("[[workers]]\nurl = \"http://gpu1:8000\"\n" + std::string(line));
  }
}

TEST(Secret, WhatIsHarmlessIsShown) {
  const auto shown = [](const std::string& text) {
    const LoadResult result = LoadConfigText("[[workers]]\n" + text, "b");
    return FormatErrors(result.errors);
  };
  for (const char* line :
       {"url = \"gpu1:8000\"", "ulr = \"http://gpu1:8000\"", "policy = \"least_loaded\"",
        "url = \"http://a\"\n[[routes]]\npath = \"/p\"\ncache = { key = [\"query.*\"] }"}) {
    const std::string last = std::string(line).substr(std::string(line).rfind('\n') + 1);
    EXPECT_NE(shown(line).find("| " + last), std::string::npos) << shown(line);
  }
}

TEST(Secret, ServeDoesNotRepeatIt) {
  for (const char* url : {"https://g/v1?key=hunter2", "g/v1?key=hunter2", "https://g/#hunter2",
                          "ws://g/?hunter2", "https://g/?a=b@hunter2", "https://a?b:hunter2@g"}) {
    ServeOptions options;
    options.urls = {url};
    const LoadResult result = ConfigForServe(options);
    EXPECT_EQ(result.config, nullptr) << url;
    const std::string shown = FormatErrors(result.errors);
    EXPECT_EQ(shown.find(kSecret), std::string::npos) << shown;
  }
}

TEST(Secret, NothingFromTheEnvironmentIsQuoted) {
  ASSERT_EQ(setenv("BANTO_TEST_SECRET", "hunter2 hunter2", 1), 0);
  for (const char* key : {"name", "url", "kind", "host_header", "api_key", "api_key_file"}) {
    ExpectSilent("[[workers]]\n" + std::string(key) + " = \"${BANTO_TEST_SECRET}\"\n");
  }
  ExpectSilent(
      "[[workers]]\nurl = \"http://a\"\n[cache]\nttl = \"${BANTO_TEST_SECRET}\"\n"
      "redis = \"${BANTO_TEST_SECRET}\"\nscope = \"${BANTO_TEST_SECRET}\"\n"
      "[[routes]]\npath = \"${BANTO_TEST_SECRET}\"\nworkers = [\"${BANTO_TEST_SECRET}\"]\n"
      "[admin]\nlisten = \"${BANTO_TEST_SECRET}\"\ntoken = \"${BANTO_TEST_SECRET}\"\n");
}

TEST(Secret, SecretFileIsReadWithoutItsLineEnd) {
  const std::string path = testing::TempDir() + "/banto_test_key";
  std::ofstream(path) << "sk-abc\n";
  const std::string text = "[[workers]]\nurl = \"http://a\"\napi_key_file = \"" + path + "\"\n";
  const LoadResult good = LoadConfigText(text, "b");
  ASSERT_NE(good.config, nullptr) << FormatErrors(good.errors);
  EXPECT_EQ(good.config->workers[0].api_key, "sk-abc");
  // Relative to the configuration's folder.
  const std::string relative =
      "[[workers]]\nurl = \"http://a\"\napi_key_file = \"banto_test_key\"\n";
  const LoadResult moved = LoadConfigText(relative, testing::TempDir() + "/banto.toml");
  ASSERT_NE(moved.config, nullptr) << FormatErrors(moved.errors);
  EXPECT_EQ(moved.config->workers[0].api_key, "sk-abc");

  std::ofstream(path) << "hunter2\nhunter2\n";
  ExpectSilent(text);
  EXPECT_EQ(LoadConfigText(text, "b").errors.at(0).message,
            path + " must contain one line of text");
  std::ofstream(path) << "\n";
  EXPECT_EQ(LoadConfigText(text, "b").errors.at(0).message, path + " is empty");
}

TEST(Secret, ThePasswordOfRedisMayComeFromAFile) {
  const std::string path = testing::TempDir() + "/banto_test_redis";
  std::ofstream(path) << "p@ss\n";
  const std::string head =
      "[[workers]]\nurl = \"http://a\"\n[cache]\nredis_password_file = \"" + path + "\"\n";
  const LoadResult result = LoadConfigText(head + "redis = \"redis://r\"\n", "b");
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  EXPECT_EQ(result.config->cache.redis->password, "p@ss");
  EXPECT_EQ(LoadConfigText(head, "b").errors.at(0).message, "there is no redis to log in to");
  EXPECT_EQ(LoadConfigText(head + "redis = \"redis://:x@r\"\n", "b").errors.at(0).message,
            "the url in redis contains a password too");
}

}  // namespace
}  // namespace banto::conf
