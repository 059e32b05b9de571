#include "proxy/api/origin_rule.h"

#include <gtest/gtest.h>

namespace banto::api {
namespace {

TEST(OriginRule, AnOllamaAllowsLocalPagesAndDesktopShells) {
  for (const char* origin :
       {"http://localhost", "https://localhost", "http://localhost:3000", "https://127.0.0.1:1",
        "http://0.0.0.0", "app://obsidian.md", "file://", "tauri://localhost",
        "vscode-webview://0f", "vscode-file://vscode-app"}) {
    EXPECT_TRUE(AllowsOrigin(OriginRule::kOllama, origin)) << origin;
  }
  for (const char* origin :
       {"https://evil.example", "http://localhost.evil.example", "http://localhost:3000.evil",
        "http://127.0.0.1.evil", "http://127.0.0.2", "http://[::1]", "chrome-extension://a", "null",
        "http://localhost:", "ftp://localhost", "http://"}) {
    EXPECT_FALSE(AllowsOrigin(OriginRule::kOllama, origin)) << origin;
  }
}

TEST(OriginRule, OfAMixtureTheStrictestRules) {
  EXPECT_EQ(StricterOf(OriginRule::kAny, OriginRule::kOllama), OriginRule::kOllama);
  EXPECT_EQ(StricterOf(OriginRule::kSilent, OriginRule::kOllama), OriginRule::kSilent);
}

}  // namespace
}  // namespace banto::api
