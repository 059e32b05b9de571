#include "proxy/access/without_secrets.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/http/parser.h"

namespace banto::access {
namespace {

std::string Without(const std::string& bytes, const std::vector<std::string>& secrets = {"s3cr+t"},
                    http::RequestHead* out = nullptr) {
  http::RequestHead head, spare;
  if (out == nullptr) out = &spare;
  EXPECT_EQ(http::ParseRequestHead(bytes, 0, {}, &head).status, http::ParseStatus::kDone) << bytes;
  EXPECT_TRUE(WithoutSecrets(head, secrets, out)) << bytes;
  return out->bytes();
}

TEST(WithoutSecrets, TheFieldsThatHoldOneAreLeftOut_AndNoOther) {
  EXPECT_EQ(Without("POST /a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer s3cr+t\r\nX-A: 1\r\n"
                    "X-Api-Key: s3cr+t\r\nCookie: a=s3cr+t; b=2\r\nX-B: 2\r\n\r\n"),
            "POST /a HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-B: 2\r\n\r\n");
  EXPECT_EQ(Without("GET /a HTTP/1.1\r\nAuthorization: Bearer other\r\nHost: h\r\n\r\n"),
            "GET /a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer other\r\n\r\n");
}

TEST(WithoutSecrets, AFieldMayQuoteTheTarget) {
  EXPECT_EQ(
      Without("GET /a?key=s3cr%2Bt HTTP/1.1\r\nHost: h\r\nX-A: 100%\r\n"
              "X-Original-URI: /a?key=%733cr%2Bt\r\nReferer: http://ui/?key=s3cr%2Bt\r\n\r\n"),
      "GET /a HTTP/1.1\r\nHost: h\r\nX-A: 100%\r\n\r\n");
}

TEST(WithoutSecrets, TheArgumentsThatHoldOneAreLeftOut_HoweverTheyAreWritten) {
  const auto target = [](const std::string& from) {
    const std::string bytes = Without("GET " + from + " HTTP/1.1\r\nHost: h\r\n\r\n");
    return bytes.substr(4, bytes.find(" HTTP") - 4);
  };
  EXPECT_EQ(target("/a?key=s3cr%2Bt"), "/a");
  EXPECT_EQ(target("/a?key=s3cr+t"), "/a");
  EXPECT_EQ(target("/a?x=1&key=s3cr%2bt&y=%20"), "/a?x=1&y=%20");
  EXPECT_EQ(target("/a?key=%73%33cr%2Bt&x=1"), "/a?x=1");
  EXPECT_EQ(target("/a?q=the+s3cr%2Bt+here"), "/a");
  EXPECT_EQ(target("/a?s3cr+t"), "/a");
  EXPECT_EQ(target("/a?x=1;key=s3cr+t"), "/a");
  EXPECT_EQ(target("/a?key=another&&x"), "/a?key=another&&x");
  EXPECT_EQ(target("/a?"), "/a?");
}

TEST(WithoutSecrets, TheHeadMeansTheSame) {
  http::RequestHead out;
  Without(
      "POST http://other/a?key=s3cr%2Bt HTTP/1.1\r\nhost: h\r\nConnection: close\r\n"
      "Content-Length: 12\r\nExpect: 100-continue\r\nx-api-key: s3cr+t\r\n\r\n",
      {"s3cr+t"}, &out);
  EXPECT_EQ(out.host(), "other");
  EXPECT_EQ(out.target(), "/a");
  EXPECT_EQ(out.framing().length, 12u);
  EXPECT_FALSE(out.keep_alive());
  EXPECT_TRUE(out.expects_continue());
  Without("GET http://other?key=s3cr%2Bt HTTP/1.0\r\n\r\n", {"s3cr+t"}, &out);
  EXPECT_EQ(out.target(), "/");
  EXPECT_EQ(out.minor_version(), 0);
}

TEST(WithoutSecrets, AnEarlierHeadLeavesNothingBehind) {
  http::RequestHead out;
  const std::string first =
      Without("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\nx-api-key: s3cr+t\r\n\r\n",
              {"s3cr+t"}, &out);
  EXPECT_EQ(
      Without("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 34\r\nx-api-key: s3cr+t\r\n\r\n",
              {"s3cr+t"}, &out),
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 34\r\n\r\n");
  EXPECT_EQ(out.framing().length, 34u);
  EXPECT_EQ(
      Without("GET /b HTTP/1.1\r\nHost: h\r\nX-A: 1\r\napi-key: s3cr+t\r\n\r\n", {"s3cr+t"}, &out),
      "GET /b HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\n");
}

}  // namespace
}  // namespace banto::access
