// What somebody else's server gets to see of a client: nothing that is not on the list.
#include "proxy/fetch/external_head.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "proxy/http/parser.h"

namespace banto {
namespace {

constexpr const char* kAgent = "User-Agent: banto/";  // … and the version

class ExternalHead : public testing::Test {
 protected:
  ExternalHead() {
    call_.body = "{}";
    worker_.host = "api.example";
    worker_.kind = api::WorkerKind::kOpenAi;
    worker_.external = worker_.own_key = true;
    worker_.authorization = "Bearer ours";
  }

  // The lines of the head for this request of a client, the fields sorted.
  std::vector<std::string> Lines(const std::string& fields,
                                 const std::string& target = "/v1/chat/completions") {
    const std::string text = "POST " + target + " HTTP/1.1\r\nHost: c\r\n" + fields + "\r\n";
    EXPECT_EQ(http::ParseRequestHead(text, 0, {}, &head_).status, http::ParseStatus::kDone);
    call_.head = &head_;
    std::string out;
    AppendExternalHead(call_, worker_, &out);
    std::vector<std::string> lines;
    for (size_t at = 0; at < out.size();) {
      const size_t end = out.find("\r\n", at);
      std::string line = out.substr(at, end - at);
      if (line.starts_with(kAgent)) line = kAgent;
      if (!line.empty()) lines.push_back(std::move(line));
      at = end + 2;
    }
    std::sort(lines.begin() + 1, lines.end());
    return lines;
  }

  using Strings = std::vector<std::string>;
  http::RequestHead head_;
  UpstreamCall call_;
  upstream::Worker worker_;
};

TEST_F(ExternalHead, WhatTellsWhoAsksStaysHere) {
  EXPECT_EQ(Lines("Content-Type: application/json\r\nAccept: text/event-stream\r\n"
                  "Authorization: Bearer theirs\r\nx-api-key: theirs\r\napi-key: theirs\r\n"
                  "Cookie: session=1\r\nX-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\n"
                  "Via: 1.1 x\r\nX-Real-IP: 10.0.0.1\r\nX-Request-Id: r\r\ntraceparent: t\r\n"
                  "X-Stainless-OS: Linux\r\nUser-Agent: OpenAI/Python\r\nOrigin: https://ui\r\n"
                  "Referer: https://ui/chat\r\nX-Session-Id: s\r\nX-OpenWebUI-User-Email: a@b\r\n"
                  "OpenAI-Organization: org\r\nIdempotency-Key: i\r\nAccept-Language: de\r\n"
                  "Accept-Encoding: gzip\r\nOpenAI-Beta: assistants=v2\r\n"),
            (Strings{"POST /v1/chat/completions HTTP/1.1", "Accept-Encoding: identity",
                     "Accept: text/event-stream", "Authorization: Bearer ours", "Content-Length: 2",
                     "Content-Type: application/json", "Host: api.example",
                     "OpenAI-Beta: assistants=v2", kAgent}));
}

TEST_F(ExternalHead, ItsConfiguredFieldsStandInPlaceOfAllOthers) {
  worker_.settings.headers = {{"User-Agent", "mine"}, {"OpenAI-Organization", "org"}};
  EXPECT_EQ(Lines("Accept: */*\r\nOpenAI-Organization: theirs\r\n"),
            (Strings{"POST /v1/chat/completions HTTP/1.1", "Accept-Encoding: identity",
                     "Accept: */*", "Authorization: Bearer ours", "Content-Length: 2",
                     "Host: api.example", "OpenAI-Organization: org", "User-Agent: mine"}));
}

TEST_F(ExternalHead, AnthropicsVersionIsTheClientsOrOurs) {
  worker_.kind = api::WorkerKind::kAnthropic;
  worker_.authorization.clear();
  worker_.settings.headers = {{"x-api-key", "ours"}};
  const auto has = [this](const std::string& fields, const std::string& line) {
    const Strings lines = Lines(fields, "/v1/messages");
    return std::count(lines.begin(), lines.end(), line);
  };
  EXPECT_EQ(has("", "anthropic-version: 2023-06-01"), 1);
  EXPECT_EQ(has("anthropic-version: 2024-01-01\r\n", "anthropic-version: 2024-01-01"), 1);
  EXPECT_EQ(has("anthropic-version: 2024-01-01\r\n", "anthropic-version: 2023-06-01"), 0);
  EXPECT_EQ(has("x-api-key: theirs\r\n", "x-api-key: ours"), 1);
  EXPECT_EQ(has("x-api-key: theirs\r\n", "x-api-key: theirs"), 0);
  EXPECT_EQ(has("anthropic-beta: a\r\nanthropic-beta: b\r\n", "anthropic-beta: b"), 1);
}

TEST_F(ExternalHead, TheQueryOfAnApiIsLeftOutButForItsBeta) {
  const auto target = [this](const std::string& asked) { return Lines("", asked).front(); };
  EXPECT_EQ(target("/v1/messages?key=secret&user=me"), "POST /v1/messages HTTP/1.1");
  EXPECT_EQ(target("/v1/messages?beta=true&key=s"), "POST /v1/messages?beta=true HTTP/1.1");
  worker_.path.prefix = "/openai/deployments/d";
  worker_.path.prefix_is_v1 = true;
  worker_.path.query = "api-version=2024-10-21";
  EXPECT_EQ(target("/v1/chat/completions?api-version=1"),
            "POST /openai/deployments/d/chat/completions?api-version=2024-10-21 HTTP/1.1");
  worker_.kind = api::WorkerKind::kHttp;
  worker_.path = {};
  EXPECT_EQ(target("/predict?text=a"), "POST /predict?text=a HTTP/1.1") << "all that it is asked";
}

TEST_F(ExternalHead, TheCodingOfABodyGoesWithTheBody) {
  const std::string line = "Content-Encoding: zstd";
  const auto has = [&] {
    const Strings lines = Lines(line + "\r\n");
    return std::count(lines.begin(), lines.end(), line) == 1;
  };
  EXPECT_TRUE(has());
  call_.body_decoded = true;
  EXPECT_FALSE(has());
}

}  // namespace
}  // namespace banto
