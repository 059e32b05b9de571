// Who may read: by the list, or as the engine has it.
#include "proxy/question/cors.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"
#include "tests/unit/http/listed.h"

namespace banto {
namespace {

using api::OriginRule;

http::RequestHead Asked(const std::string& origin) {
  http::RequestHead head;
  std::string text = "POST /v1/chat/completions HTTP/1.1\r\nHost: banto.test:8080\r\n";
  if (!origin.empty()) text += "Origin: " + origin + "\r\n";
  http::ParseResult result = http::ParseRequestHead(text + "\r\n", 0, http::HeadLimits(), &head);
  EXPECT_EQ(result.status, http::ParseStatus::kDone);
  return head;
}

std::string Told(const conf::Cors& config, OriginRule rule, const std::string& origin) {
  const http::RequestHead head = Asked(origin);
  const Cors cors = DecideCors(config, rule, head);
  return std::string(cors.allow_origin) + (cors.varies ? " varies" : "") +
         (cors.refused ? " refused" : "");
}

TEST(Cors, WithoutAListTheEngineDecides) {
  EXPECT_EQ(Told({}, OriginRule::kAny, "https://ui.example"), "*");
  EXPECT_EQ(Told({}, OriginRule::kAny, ""), "");
  EXPECT_EQ(Told({}, OriginRule::kSilent, "https://ui.example"), "");
  EXPECT_EQ(Told({}, OriginRule::kOllama, "https://ui.example"), " refused");
  EXPECT_EQ(Told({}, OriginRule::kOllama, "http://localhost:3000"), "http://localhost:3000 varies");
  EXPECT_EQ(Told({}, OriginRule::kOllama, ""), "");
}

TEST(Cors, APageOfTheSameAddressIsNotCrossOrigin) {
  EXPECT_EQ(Told({}, OriginRule::kOllama, "http://banto.test:8080"), "");
  EXPECT_EQ(Told({}, OriginRule::kOllama, "http://banto.test:8081"), " refused");
}

TEST(Cors, TheListDecidesOverEveryEngine) {
  const conf::Cors list{{"https://ui.example", "http://localhost:3000"}};
  for (const OriginRule rule : {OriginRule::kAny, OriginRule::kOllama, OriginRule::kSilent}) {
    EXPECT_EQ(Told(list, rule, "https://ui.example"), "https://ui.example varies");
    EXPECT_EQ(Told(list, rule, ""), " varies");
  }
  EXPECT_EQ(Told(list, OriginRule::kAny, "https://evil.example"), " varies");
  EXPECT_EQ(Told(list, OriginRule::kAny, "https://ui.example.evil"), " varies");
  EXPECT_EQ(Told(list, OriginRule::kOllama, "https://evil.example"), " varies refused");
  EXPECT_EQ(Told({{"*"}}, OriginRule::kOllama, "https://any.example"), "* varies");
}

TEST(Cors, AnEngineShowsItsListInWhatItSaysToAPage) {
  EXPECT_TRUE(ShowsAList({}));
  EXPECT_TRUE(
      ShowsAList(http::Listed("Access-Control-Allow-Credentials: true\r\nVary: Accept\r\n")));
  EXPECT_TRUE(ShowsAList(
      http::Listed("access-control-allow-origin: https://a\r\nvary: Accept, origin\r\n")));
  EXPECT_FALSE(ShowsAList(http::Listed("Access-Control-Allow-Origin: *\r\nVary: Origin\r\n")));
  EXPECT_FALSE(ShowsAList(http::Listed("Access-Control-Allow-Origin: https://a\r\n")))
      << "llama.cpp";
}

}  // namespace
}  // namespace banto
