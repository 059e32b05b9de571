#include "proxy/client/refused_head.h"

#include <gtest/gtest.h>

#include "proxy/api/anthropic/anthropic.h"

namespace banto {
namespace {

TEST(RefusedHead, WhatIsPlainInBytesThatAreNoHeadIsRead) {
  const RefusedHead told = FromBytes(
      "\r\nPOST /v1/messages?beta=true HTTP/1.1\r\nHost: a:1\r\nBad Name: x\r\n"
      "origin: https://ui.example\r\nAnthropic-Version: 2023-06-01\r\n\r\nOrigin: https://body");
  EXPECT_EQ(told.method, "POST");
  EXPECT_EQ(told.path, "/v1/messages");
  EXPECT_EQ(told.host, "a:1");
  EXPECT_EQ(told.origin, "https://ui.example");
  EXPECT_EQ(told.senders_dialect, &api::anthropic::kDialect);
}

TEST(RefusedHead, APathThatIsTooLongIsReadUpToWhatCame) {
  EXPECT_EQ(FromBytes("GET /v1/models?x=" + std::string(5000, 'y')).path, "/v1/models");
  EXPECT_EQ(FromBytes("GET /v1/models HTTP/2.0\r\n").path, "/v1/models");
  EXPECT_EQ(FromBytes("GET /v1/models HTTP/2.0\r\n").method, "GET");
}

TEST(RefusedHead, WhatIsNoHttpSaysNothing) {
  for (const std::string& bytes :
       {std::string(), std::string("\x16\x03\x01\x02 /v1/models\r\nOrigin: https://a\r\n\r\n"),
        std::string("GET"), std::string("get /v1/models\r\nOrigin: https://a\r\n\r\n"),
        std::string("{\"a\": 1}\r\nOrigin: https://a\r\n\r\n"), std::string("\r\n\r\n\r\n")}) {
    const RefusedHead told = FromBytes(bytes);
    EXPECT_EQ(told.path, "") << bytes;
    EXPECT_EQ(told.origin, "") << bytes;
  }
  EXPECT_EQ(FromBytes("CONNECT a:443 HTTP/1.1\r\n\r\n").path, "");
  EXPECT_EQ(FromBytes("GET /a\x01 HTTP/1.1\r\n\r\n").path, "");
}

TEST(RefusedHead, AnOriginInDoubtIsNone) {
  for (const std::string lines :
       {"Origin: https://a\r\nOrigin: https://b\r\n\r\n", "Origin: https://a\x01\r\n\r\n",
        "Origin: https://a\nX: 1\r\n\r\n", "Origin: https://a b\r\n\r\n",
        "X: 1\nOrigin: https://a\r\n\r\n", "\r\nOrigin: https://a\r\n\r\n",
        "Host: a\r\nOrigin: https://ui.exam"}) {
    EXPECT_EQ(FromBytes("GET / HTTP/1.1\r\n" + lines).origin, "") << lines;
  }
  EXPECT_EQ(FromBytes("GET / HTTP/1.1\r\nOrigin: https://a\r\nCookie: x").origin, "https://a");
}

}  // namespace
}  // namespace banto
