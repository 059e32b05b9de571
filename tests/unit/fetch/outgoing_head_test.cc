#include "proxy/fetch/outgoing_head.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto {
namespace {

class OutgoingHead : public testing::Test {
 protected:
  OutgoingHead() {
    const std::string text =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: client.example\r\n"
        "Origin: https://ui.example\r\n\r\n";
    EXPECT_EQ(http::ParseRequestHead(text, 0, {}, &head_).status, http::ParseStatus::kDone);
    call_.head = &head_;
    call_.body = "{}";
    call_.id = "an-id";
    worker_.host = "gpu1:8000";
    worker_.kind = api::WorkerKind::kVllm;
  }

  std::string Rendered(int number = 1) {
    std::string out;
    AppendOutgoingHead(call_, worker_, cors_, number, &out);
    return out;
  }
  bool Has(const std::string& line) { return Rendered().find(line + "\r\n") != std::string::npos; }

  http::RequestHead head_;
  UpstreamCall call_;
  upstream::Worker worker_;
  conf::Cors cors_;
};

TEST_F(OutgoingHead, LaterTriesHaveAnIdOfTheirOwn) {
  EXPECT_TRUE(Has("X-Request-Id: an-id"));
  EXPECT_NE(Rendered(2).find("X-Request-Id: an-id-a2\r\n"), std::string::npos);
}

TEST_F(OutgoingHead, TheHostIsTheWorkersOrWhereItHasNoneTheClients) {
  EXPECT_TRUE(Has("Host: gpu1:8000"));
  worker_.host.clear();
  EXPECT_TRUE(Has("Host: client.example"));
}

TEST_F(OutgoingHead, AnEngineIsNotAskedAboutAnOriginThatIsAllowedHere) {
  EXPECT_TRUE(Has("Origin: https://ui.example"));
  cors_.origins = {"https://ui.example"};
  EXPECT_FALSE(Has("Origin: https://ui.example"));
  worker_.kind = api::WorkerKind::kHttp;
  EXPECT_TRUE(Has("Origin: https://ui.example")) << "an app may check it for its own sake";
}

TEST_F(OutgoingHead, CodingsAreLeftOffOfAnAnswerThatIsLookedInto) {
  EXPECT_FALSE(Has("Accept-Encoding: identity"));
  call_.identity_asked = true;
  EXPECT_TRUE(Has("Accept-Encoding: identity"));
}

}  // namespace
}  // namespace banto
