// What somebody else's server says of our account goes to no client.
#include "proxy/fetch/external_answer.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto {
namespace {

http::ResponseHead Read(const std::string& text, std::string_view method = "POST") {
  http::ResponseHead head;
  EXPECT_EQ(http::ParseResponseHead(text, 0, {}, method, &head).status, http::ParseStatus::kDone);
  return head;
}

TEST(ExternalAnswer, FieldsOfTheAccountAndOfItsHostStayHere) {
  http::ResponseHead head = Read(
      "HTTP/1.1 200 OK\r\nSet-Cookie: __cf_bm=a\r\nset-cookie: b\r\nOpenAI-Organization: o\r\n"
      "X-RateLimit-Remaining-Tokens: 1\r\nanthropic-ratelimit-requests-limit: 5\r\nCF-RAY: r\r\n"
      "anthropic-organization-id: i\r\nAlt-Svc: h3\r\nStrict-Transport-Security: max-age=1\r\n"
      "Content-Type: application/json\r\nopenai-processing-ms: 5\r\nX-Request-Id: q\r\n"
      "Retry-After: 2\r\nX-New: n\r\nContent-Length: 3\r\n\r\n");
  KeepToOurselves("POST", &head);
  EXPECT_EQ(head.bytes(),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nopenai-processing-ms: 5\r\n"
            "X-Request-Id: q\r\nRetry-After: 2\r\nX-New: n\r\nContent-Length: 3\r\n\r\n");
  EXPECT_FALSE(head.Has(http::FieldName::kSetCookie));
  EXPECT_EQ(head.status(), 200);
  EXPECT_EQ(head.framing().kind, http::BodyKind::kLength);
  EXPECT_EQ(head.framing().length, 3U);
}

TEST(ExternalAnswer, ItsFramingStaysWhateverItWasAsked) {
  http::ResponseHead head = Read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nNEL: n\r\n\r\n", "HEAD");
  KeepToOurselves("HEAD", &head);
  EXPECT_EQ(head.framing().kind, http::BodyKind::kNone);
  EXPECT_EQ(head.bytes(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
}

TEST(ExternalAnswer, TextsOfErrorsDoNotNameTheAccount) {
  EXPECT_EQ(WithoutAccount("in organization org-aBc1 on tokens"),
            "in organization org-*** on tokens");
  EXPECT_EQ(WithoutAccount(R"({"message":"provided: sk-ab-c****xyz. Project `proj_1`"})"),
            R"({"message":"provided: sk-***. Project `proj_***`"})");
  EXPECT_EQ(WithoutAccount("a task-force, cyborg-1"), "a task-force, cyborg-1");
  EXPECT_EQ(WithoutAccount("org-"), "org-***");
}

}  // namespace
}  // namespace banto
