#include "proxy/api/keep_alive.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/api/dialect.h"
#include "proxy/http/event_stream.h"
#include "proxy/http/parser.h"

namespace banto::api {
namespace {

constexpr std::string_view kPing = "event: ping\ndata: {\"type\": \"ping\"}\n\n";

std::string_view FrameFor(const char* path, const std::string& fields) {
  http::RequestHead head;
  const std::string bytes =
      std::string("POST ") + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  EXPECT_EQ(http::ParseRequestHead(bytes, 0, {}, &head).status, http::ParseStatus::kDone);
  return KeepAliveFrame(*FindOperation("POST", path), head);
}

TEST(KeepAlive, IsTheApisOwn) {
  for (const char* path : {"/v1/chat/completions", "/v1/completions", "/v1/responses"})
    EXPECT_EQ(FrameFor(path, ""), kCommentFrame) << path;
  EXPECT_EQ(FrameFor("/v1/messages", ""), kPing);
  for (const char* path : {"/api/chat", "/api/generate", "/v1/embeddings", "/predict"})
    EXPECT_EQ(FrameFor(path, ""), "") << path;
}

TEST(KeepAlive, IsNoCommentForClientsThatStumbleOverIt) {
  for (const char* fields :
       {"User-Agent: OpenAI/Go 3.8.1\r\n", "User-Agent: app azureopenai/go 1\r\n",
        "User-Agent: google-genai-sdk/1.52.0 gl-python/3.12\r\n",
        "User-Agent: app\r\nX-Stainless-Lang: go\r\n"}) {
    EXPECT_EQ(FrameFor("/v1/chat/completions", fields), "") << fields;
    EXPECT_EQ(FrameFor("/v1/messages", fields), kPing) << "a ping is an event like any other";
  }
  for (const char* fields : {"User-Agent: OpenAI/Python 3.3.0\r\nX-Stainless-Lang: python\r\n",
                             "User-Agent: Go-http-client/1.1\r\n", "User-Agent: \r\n"})
    EXPECT_EQ(FrameFor("/v1/chat/completions", fields), kCommentFrame) << fields;
}

// It stands alone: not a part of what follows, and nothing that a reader would take for data.
TEST(KeepAlive, IsOneWholeFrameOfEveryApi) {
  for (const Dialect* dialect : AllDialects()) {
    if (dialect->keep_alive.empty()) continue;
    http::FrameSplitter splitter(http::StreamFraming::kSse);
    splitter.Feed(dialect->keep_alive);
    http::Frame frame;
    ASSERT_EQ(splitter.Next(&frame), http::FrameSplitter::Result::kFrame) << dialect->name;
    EXPECT_EQ(frame.bytes, dialect->keep_alive) << dialect->name;
    EXPECT_EQ(splitter.Next(&frame), http::FrameSplitter::Result::kMore) << dialect->name;
    EXPECT_TRUE(splitter.rest().empty()) << dialect->name;
  }
}

}  // namespace
}  // namespace banto::api
