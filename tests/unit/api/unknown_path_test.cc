#include "proxy/api/unknown_path.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto::api {
namespace {

Family Of(const std::string& path, const std::string& fields = "") {
  http::RequestHead head;
  const std::string text = "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  EXPECT_EQ(http::ParseRequestHead(text, 0, {}, &head).status, http::ParseStatus::kDone) << path;
  return ErrorFamily(head);
}

TEST(ErrorFamily, FollowsThePathAlsoWhereNothingIsThere) {
  for (const char* path : {"/v1/chat/completions", "/v1/nothing", "/v1", "/v1/", "/v1/../x",
                           "/v1/models/a?b", "/chat/completions", "/models", "/rerank"}) {
    EXPECT_EQ(Of(path), Family::kOpenAi) << path;
  }
  for (const char* path : {"/api/chat", "/api/nothing", "/api", "/api/delete?x=1"}) {
    EXPECT_EQ(Of(path), Family::kOllama) << path;
  }
  for (const char* path : {"/v1/messages", "/v1/messages/count_tokens", "/v1/messages/batches"}) {
    EXPECT_EQ(Of(path), Family::kAnthropic) << path;
  }
  for (const char* path : {"/", "/predict", "/v1x", "/apis", "/v2/nothing", "/admin/v1/x"}) {
    EXPECT_EQ(Of(path), Family::kPlain) << path;
  }
}

TEST(ErrorFamily, AClientOfAnthropicsSaysSo) {
  const std::string field = "anthropic-version: 2023-06-01\r\n";
  EXPECT_EQ(Of("/v1/nothing", field), Family::kAnthropic);
  EXPECT_EQ(Of("/v1/models/x", field), Family::kAnthropic);
  EXPECT_EQ(Of("/v1/messagesx"), Family::kOpenAi);
  EXPECT_EQ(Of("/predict", field), Family::kPlain);
  EXPECT_EQ(Of("/api/chat", field), Family::kOllama);
}

TEST(KnownMethods, AreThoseThatFindOperationTakes) {
  EXPECT_EQ(KnownMethods("/v1/chat/completions"), "POST");
  EXPECT_EQ(KnownMethods("/api/show"), "POST");
  EXPECT_EQ(KnownMethods("/v1/models"), "GET, HEAD");
  EXPECT_EQ(KnownMethods("/v1/models/org/name"), "GET, HEAD");
  EXPECT_EQ(KnownMethods("/v1/nothing"), "");
  EXPECT_EQ(KnownMethods("/slots"), "");
}

}  // namespace
}  // namespace banto::api
