#include <gtest/gtest.h>

#include <string>

#include "conf/config_loader.h"

namespace banto::conf {
namespace {

constexpr char kWorker[] = "\n[[workers]]\nurl = \"http://gpu1:8000\"\n";

bool Trusts(const Config& config, const char* address) {
  return net::AnyHas(config.trusted_proxies, net::IpNumber::Parse(address).value());
}

// "line:column message | hint" of the only error.
std::string ErrorOf(const std::string& line) {
  const LoadResult result = LoadConfigText(line + kWorker, "banto.toml");
  EXPECT_EQ(result.errors.size(), 1u) << line << FormatErrors(result.errors);
  if (result.errors.empty()) return "";
  const ConfigError& e = result.errors[0];
  return std::to_string(e.line) + ":" + std::to_string(e.column) + " " + e.message + " | " + e.hint;
}

TEST(TrustedProxies, AreLoopbackByDefault) {
  const LoadResult result = LoadConfigText(kWorker, "banto.toml");
  ASSERT_NE(result.config, nullptr);
  EXPECT_TRUE(Trusts(*result.config, "127.0.0.1"));
  EXPECT_TRUE(Trusts(*result.config, "::1"));
  EXPECT_FALSE(Trusts(*result.config, "10.0.0.1"));
}

TEST(TrustedProxies, AreTheListedOnesAndNoOthers) {
  const LoadResult result =
      LoadConfigText(std::string("trusted_proxies = [\"10.0.0.0/8\"]") + kWorker, "banto.toml");
  ASSERT_NE(result.config, nullptr) << FormatErrors(result.errors);
  EXPECT_TRUE(Trusts(*result.config, "10.1.2.3"));
  EXPECT_FALSE(Trusts(*result.config, "127.0.0.1"));
}

TEST(TrustedProxies, MayBeEmpty) {
  const LoadResult result =
      LoadConfigText(std::string("trusted_proxies = []") + kWorker, "banto.toml");
  ASSERT_NE(result.config, nullptr);
  EXPECT_TRUE(result.config->trusted_proxies.empty());
}

TEST(TrustedProxies, EachErrorIsShownAtItsPlace) {
  EXPECT_EQ(
      ErrorOf("trusted_proxies = [\"::1\", \"proxy.example\"]"),
      "1:27 \"proxy.example\" is not an IP address or network | write an address or a network "
      "such as \"10.0.0.0/8\"");
  EXPECT_EQ(ErrorOf("trusted_proxies = [\"10.1.2.3/8\"]"),
            "1:20 \"10.1.2.3/8\" is an address inside a network | write \"10.0.0.0/8\"");
  EXPECT_EQ(ErrorOf("trusted_proxies = [\"10.0.0.0/33\"]"),
            "1:20 \"10.0.0.0/33\" has a prefix outside 0 to 32 | write an address or a network "
            "such as \"10.0.0.0/8\"");
  EXPECT_EQ(ErrorOf("trusted_proxies = [8]").substr(0, 5), "1:20 ");
  EXPECT_EQ(ErrorOf("trusted_proxies = \"10.0.0.0/8\"").substr(0, 5), "1:19 ");
}

}  // namespace
}  // namespace banto::conf
