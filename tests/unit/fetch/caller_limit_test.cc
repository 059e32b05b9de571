#include "proxy/fetch/caller_limit.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto {
namespace {

http::RequestHead Head(const std::string& line) {
  http::RequestHead head;
  const std::string bytes = "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + line + "\r\n";
  EXPECT_EQ(http::ParseRequestHead(bytes, 0, {}, &head).status, http::ParseStatus::kDone);
  return head;
}

upstream::Worker Managed() {
  upstream::Worker worker;
  worker.bills = true;
  return worker;
}

TEST(CallerLimit, AManagedApis429ToAClientsOwnKeyIsTheClients) {
  for (const char* line : {"Authorization: Bearer k\r\n", "x-api-key: k\r\n", "api-key: k\r\n",
                           "X-Goog-Api-Key: k\r\n", "Ocp-Apim-Subscription-Key: k\r\n"}) {
    EXPECT_TRUE(IsCallersLimit(Managed(), Head(line), 429)) << line;
  }
}

TEST(CallerLimit, WithoutAKeyOrBehindOursItIsNobodys) {
  EXPECT_FALSE(IsCallersLimit(Managed(), Head("User-Agent: a\r\n"), 429));
  upstream::Worker ours = Managed();
  ours.own_key = true;
  EXPECT_FALSE(IsCallersLimit(ours, Head("Authorization: Bearer k\r\n"), 429));
}

TEST(CallerLimit, AnEngineOfOnesOwnSpeaksOfItself) {
  EXPECT_FALSE(IsCallersLimit(upstream::Worker(), Head("Authorization: Bearer k\r\n"), 429));
}

TEST(CallerLimit, AnyOtherStatusIsNoLimit) {
  for (const int status : {200, 401, 403, 500, 503, 529}) {
    EXPECT_FALSE(IsCallersLimit(Managed(), Head("Authorization: Bearer k\r\n"), status)) << status;
  }
}

}  // namespace
}  // namespace banto
