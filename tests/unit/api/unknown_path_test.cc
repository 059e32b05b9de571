#include "proxy/api/unknown_path.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/api/native/native.h"
#include "proxy/api/openai/openai.h"
#include "proxy/http/parser.h"

namespace banto::api {
namespace {

std::string_view Of(const std::string& path, const std::string& fields = "") {
  http::RequestHead head;
  const std::string text = "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  EXPECT_EQ(http::ParseRequestHead(text, 0, {}, &head).status, http::ParseStatus::kDone) << path;
  return ErrorDialect(head).name;
}

TEST(ErrorDialect, FollowsThePathAlsoWhereNothingIsThere) {
  for (const char* path : {"/v1/chat/completions", "/v1/nothing", "/v1", "/v1/", "/v1/../x",
                           "/v1/models/a?b", "/chat/completions", "/models"}) {
    EXPECT_EQ(Of(path), "openai") << path;
  }
  for (const char* path : {"/api/chat", "/api/nothing", "/api", "/api/delete?x=1"}) {
    EXPECT_EQ(Of(path), "ollama") << path;
  }
  for (const char* path : {"/v1/messages", "/v1/messages/count_tokens", "/v1/messages/batches"}) {
    EXPECT_EQ(Of(path), "anthropic") << path;
  }
  for (const char* path : {"/", "/predict", "/v1x", "/apis", "/v2/nothing", "/admin/v1/x"}) {
    EXPECT_EQ(Of(path), "plain") << path;
  }
}

TEST(ErrorDialect, AnEnginesOwnPathHasOpenAisErrors) {
  EXPECT_EQ(Of("/rerank"), "native");
  const ApiError error{404, "not_found", "gone", "r"};
  EXPECT_EQ(native::kDialect.errors->body(error), openai::kDialect.errors->body(error));
}

TEST(ErrorDialect, AClientOfAnthropicsSaysSo) {
  const std::string field = "anthropic-version: 2023-06-01\r\n";
  EXPECT_EQ(Of("/v1/nothing", field), "anthropic");
  EXPECT_EQ(Of("/v1/models/x", field), "anthropic");
  EXPECT_EQ(Of("/v1/messagesx"), "openai");
  EXPECT_EQ(Of("/predict", field), "plain");
  EXPECT_EQ(Of("/api/chat", field), "ollama");
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
