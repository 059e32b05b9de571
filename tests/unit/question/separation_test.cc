#include "proxy/question/separation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/http/parser.h"

namespace banto {
namespace {

std::string Caller(const std::string& lines, const http::SeparationRule& rule,
                   const std::string_view* host = nullptr) {
  http::RequestHead head;
  const std::string bytes = "GET /a HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
  EXPECT_EQ(http::ParseRequestHead(bytes, 0, {}, &head).status, http::ParseStatus::kDone);
  return CallerText(http::SeparatingFields(head, rule), host);
}

TEST(Separation, TheTextCanBeReadBack) {
  const conf::Config config;
  const std::string_view host = "h";
  const std::string text =
      Caller("X-A: 1:2\r\nAuthorization: k\r\nX-B:\r\n", RuleForApi(config, true), &host);
  EXPECT_EQ(text, "host:1:h\nauthorization:1:k\nx-a:3:1:2\nx-b:0:\n");
  std::string read;
  ForEachCallerLine(text, [&read](std::string_view name, std::string_view value) {
    read += std::string(name) + "=" + std::string(value) + ";";
  });
  EXPECT_EQ(read, "host=h;authorization=k;x-a=1:2;x-b=;");
}

TEST(Separation, AValueCannotPassForTwoLines) {
  const conf::Config config;
  EXPECT_NE(Caller("X-A: 1\r\nX-B: 2\r\n", RuleForApi(config, true)),
            Caller("X-A: 1x-b:1:2\r\n", RuleForApi(config, true)));
}

TEST(Separation, WhatAnUntrustedPeerForwardsDoesNotCount) {
  const conf::Config config;
  const std::string lines = "X-Forwarded-User: alice\r\nX-Forwarded-Host: b\r\n";
  for (const auto rule : {RuleForApi, RuleForRoute}) {
    EXPECT_NE(Caller(lines, rule(config, true)).find("alice"), std::string::npos);
    EXPECT_EQ(Caller(lines, rule(config, false)), "");
  }
}

TEST(Separation, ASharedScopeLeavesOutCredentialsOnly) {
  conf::Config config;
  config.cache.scope = conf::Scope::kShared;
  const std::string lines = "Authorization: a\r\nCookie: c\r\nAnthropic-Version: v\r\n";
  EXPECT_EQ(Caller(lines, RuleForApi(config, true)), "anthropic-version:1:v\n");
  EXPECT_EQ(Caller(lines, RuleForRoute(config, true)), "anthropic-version:1:v\n");
}

TEST(Separation, AnAppSeesMoreThanAnApi) {
  const conf::Config config;
  const std::string lines = "Accept: a\r\nContent-Type: application/json\r\n";
  EXPECT_EQ(Caller(lines, RuleForApi(config, true)), "");
  EXPECT_EQ(Caller(lines, RuleForRoute(config, true)),
            "accept:1:a\ncontent-type:16:application/json\n");
}

// What is stored with an answer was said to one page: without a list of ours no other may hear it.
TEST(Separation, PagesAreKeptApartWhereNoListOfOursDecides) {
  conf::Config config;
  for (const std::vector<std::string>& harmless :
       {std::vector<std::string>{}, {"origin"}, {"X-A", "o*"}}) {
    config.cache.harmless_headers = harmless;
    for (const auto scope : {conf::Scope::kCredential, conf::Scope::kShared}) {
      config.cache.scope = scope;
      for (const auto rule : {RuleForApi, RuleForRoute})
        EXPECT_EQ(Caller("Origin: https://a\r\n", rule(config, true)), "origin:9:https://a\n");
    }
  }
  config.cors.origins = {"https://a"};
  EXPECT_EQ(Caller("Origin: https://a\r\n", RuleForApi(config, true)), "");
  EXPECT_EQ(Caller("Origin: https://a\r\n", RuleForRoute(config, true)), "");
  config.cache.harmless_headers.clear();
  EXPECT_EQ(Caller("Origin: https://a\r\n", RuleForRoute(config, true)), "origin:9:https://a\n")
      << "an app may answer by it";
}

TEST(Separation, AKeyIsItsNameAndWhatItPermits) {
  conf::Config config;
  conf::AccessKey a;
  a.name = "a";
  EXPECT_EQ(KeyText(config, nullptr), "");
  EXPECT_EQ(KeyText(config, &a), "[keys].name:1:a\n[keys].permissions:10:external\n*\n");
  conf::AccessKey rotated = a;
  rotated.digest[0] = 1;
  EXPECT_EQ(KeyText(config, &rotated), KeyText(config, &a)) << "the secret is not in it";
  conf::AccessKey b = a;
  b.name = "b";
  EXPECT_NE(KeyText(config, &b), KeyText(config, &a));
  conf::AccessKey less = a;
  less.models = {"m"};
  EXPECT_NE(KeyText(config, &less), KeyText(config, &a));
}

TEST(Separation, InASharedScopeKeysThatPermitTheSameAreOne) {
  conf::Config config;
  config.cache.scope = conf::Scope::kShared;
  conf::AccessKey a, b, indoors;
  a.name = "a";
  b.name = "b";
  indoors.external = false;
  EXPECT_EQ(KeyText(config, &a), KeyText(config, &b));
  EXPECT_NE(KeyText(config, &a), KeyText(config, &indoors));
  EXPECT_NE(KeyText(config, &a), "") << "and nobody without a key";
}

}  // namespace
}  // namespace banto
