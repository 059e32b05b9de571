#include "proxy/separation.h"

#include <gtest/gtest.h>

#include <string>

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

}  // namespace
}  // namespace banto
