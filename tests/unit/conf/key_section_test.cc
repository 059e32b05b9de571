// [[keys]]: what is read, and what is wrong.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "conf/config_loader.h"

namespace banto::conf {
namespace {

constexpr char kWorker[] = "[[workers]]\nurl = \"http://gpu1:8000\"\n";
constexpr char kSecret[] = "hunter2-hunter2-hunter2";

std::string SecretFile(const std::string& content) {
  const std::string path = testing::TempDir() + "/banto_test_client_key";
  std::ofstream(path) << content;
  return path;
}

std::string Hash(char digit) { return "\"sha256:" + std::string(64, digit) + "\""; }

LoadResult Load(const std::string& keys) { return LoadConfigText(kWorker + keys, "banto.toml"); }

// The only error, as "line: message (advice)".
std::string ErrorOf(const std::string& keys) {
  const LoadResult result = Load(keys);
  if (result.errors.size() != 1) return FormatErrors(result.errors);
  const ConfigError& error = result.errors[0];
  EXPECT_EQ(FormatErrors(result.errors).find("hunter2"), std::string::npos);
  return std::to_string(error.line) + ": " + error.message + " (" + error.hint + ")";
}

TEST(KeySection, ASecretComesFromAFileOrAsItsHash) {
  const LoadResult result =
      Load("[[keys]]\nname = \"a\"\nsecret_file = \"" + SecretFile(std::string(kSecret) + "\n") +
           "\"\n[[keys]]\nname = \"b\"\nhash = " + Hash('A') +
           "\nmodels = [\"llama-*\", \"qwen3\"]\nexternal = false\n");
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  const auto& keys = result.config->keys;
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].name, "a");
  EXPECT_EQ(keys[0].digest, DigestOf(kSecret));
  EXPECT_EQ(keys[0].models, std::vector<std::string>{"*"});
  EXPECT_TRUE(keys[0].external);
  EXPECT_EQ(keys[1].digest[31], 0xAA);
  EXPECT_EQ(keys[1].models, (std::vector<std::string>{"llama-*", "qwen3"}));
  EXPECT_FALSE(keys[1].external);
}

TEST(KeySection, WhatIsMissingIsSaid) {
  EXPECT_EQ(ErrorOf("[[keys]]\nhash = " + Hash('1') + "\n"),
            "3: this key has no name (add name = \"team-a\")");
  EXPECT_EQ(ErrorOf("[[keys]]\nname = \"a\"\n"),
            "3: this key has no secret (add secret_file = \"…\", or hash = \"sha256:…\")");
  EXPECT_EQ(ErrorOf("[[keys]]\nname = \"a\"\nsecret_file = \"" + SecretFile(kSecret) +
                    "\"\nhash = " + Hash('1')),
            "6: secret_file is given too (keep one of them)");
}

TEST(KeySection, ASecretThatCanBeGuessedIsRefused) {
  const auto file = [](const std::string& content) {
    return ErrorOf("[[keys]]\nname = \"a\"\nsecret_file = \"" + SecretFile(content) + "\"\n");
  };
  EXPECT_EQ(file("hunter2\n"),
            "5: this secret is shorter than 16 bytes, and may be guessed (make one: openssl rand "
            "-hex 32)");
  EXPECT_NE(file("").find("is empty"), std::string::npos);
  EXPECT_NE(file("hunter2 and hunter2").find("one word of printable text"), std::string::npos);
  EXPECT_NE(file("hunter2hunter2\nhunter2hunter2\n").find("one line of text"), std::string::npos);
}

TEST(KeySection, AHashThatIsNoneIsExplained) {
  const std::string good = Hash('a');
  for (const std::string& hash :
       {std::string("\"hunter2-hunter2-hunter2\""), std::string("\"sha256:\""),
        "\"" + good.substr(8), good.substr(0, good.size() - 2) + "\"",
        good.substr(0, good.size() - 1) + "a\"", good.substr(0, good.size() - 2) + "g\""}) {
    EXPECT_EQ(ErrorOf("[[keys]]\nname = \"a\"\nhash = " + hash + "\n"),
              "5: a hash is \"sha256:\" and 64 hex digits (the digits are those of: printf %s "
              "\"$SECRET\" | sha256sum)");
  }
  EXPECT_EQ(ErrorOf("[[keys]]\nname = \"a\"\nhash = "
                    "\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"")
                .substr(0, 30),
            "5: this is the hash of nothing");
}

TEST(KeySection, TwoOfOneNameOrSecretAreOneTooMany) {
  const std::string first = "[[keys]]\nname = \"a\"\nhash = " + Hash('1') + "\n";
  EXPECT_EQ(ErrorOf(first + "[[keys]]\nname = \"a\"\nhash = " + Hash('2')),
            "7: two keys are called \"a\" (the first on line 4) (give one of them another name)");
  EXPECT_EQ(ErrorOf(first + "[[keys]]\nname = \"b\"\nhash = " + Hash('1')),
            "8: two keys have the same secret (the first on line 4) (nobody could tell who asks: "
            "make another one)");
}

TEST(KeySection, ModelsAreNamesOrPrefixes) {
  const std::string key = "[[keys]]\nname = \"a\"\nhash = " + Hash('1') + "\nmodels = ";
  EXPECT_EQ(ErrorOf(key + "[\"a*b\"]"), "6: \"*\" is allowed only at the end of a model's name ()");
  EXPECT_EQ(ErrorOf(key + "[\"\"]"), "6: a model's name is one line of text ()");
  EXPECT_EQ(ErrorOf(key + "[]"),
            "6: this key may ask for nothing (name a model, or write [\"*\"])");
}

TEST(KeySection, TheFormIsExplained) {
  EXPECT_EQ(ErrorOf("[keys]\nname = \"a\"").substr(0, 29), "3: \"keys\" is a list of sectio");
  EXPECT_EQ(
      ErrorOf("[[keys]]\nname = \"a\"\nsecret = \"hunter2\"\nhash = " + Hash('1')).substr(0, 24),
      "5: unknown key \"secret\" ");
  EXPECT_EQ(ErrorOf("[[keys]]\nname = \"a b\"\nhash = " + Hash('1')),
            "4: a name is printable, without blanks and quotes (it appears in metrics and logs)");
}

}  // namespace
}  // namespace banto::conf
