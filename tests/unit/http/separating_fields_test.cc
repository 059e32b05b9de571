#include "proxy/http/separating_fields.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/http/parser.h"

namespace banto::http {
namespace {

const SeparationRule kApi = {HarmlessToApi(), {}, true};
const SeparationRule kRoute = {HarmlessToAll(), {}, false};

// "name=value;" of each separating line.
std::string Separating(const std::string& lines, const SeparationRule& rule) {
  RequestHead head;
  const std::string bytes = "POST /a HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
  HeadLimits limits;
  limits.headers_max = 1000;
  EXPECT_EQ(ParseRequestHead(bytes, 0, limits, &head).status, ParseStatus::kDone) << lines;
  const SeparatingFields fields(head, rule);
  std::string text;
  for (const FieldEntry* entry : fields.entries()) {
    const Field field = fields.FieldOf(*entry);
    text += std::string(field.name) + "=" + std::string(field.value) + ";";
  }
  return text;
}

TEST(SeparatingFields, UnlistedFieldsSeparate) {
  EXPECT_EQ(Separating("X-Litellm-Key: k\r\nUser-Agent: a\r\nRemote-User: u\r\n", kApi),
            "Remote-User=u;X-Litellm-Key=k;");
  EXPECT_EQ(Separating("User-Agent: a\r\nX-Stainless-Lang: js\r\nCF-Ray: 1\r\n", kRoute), "");
}

TEST(SeparatingFields, EveryLineOfANameCountsInOrder) {
  EXPECT_EQ(Separating("Cookie: b\r\nX-A: 1\r\ncookie: a\r\n", kApi), "Cookie=b;cookie=a;X-A=1;");
  EXPECT_NE(Separating("Cookie: a\r\nCookie: b\r\n", kApi),
            Separating("Cookie: b\r\nCookie: a\r\n", kApi));
}

TEST(SeparatingFields, OrderOfDifferentNamesDoesNotCount) {
  EXPECT_EQ(Separating("X-B: 2\r\nX-A: 1\r\nX-AB: 3\r\n", kApi),
            Separating("X-AB: 3\r\nX-A: 1\r\nX-B: 2\r\n", kApi));
}

TEST(SeparatingFields, ManyLinesAreSortedLikeFew) {
  std::string forwards;
  std::string backwards;
  for (int i = 10; i < 90; ++i) {
    const std::string line = "X-N" + std::to_string(i) + ": v\r\n";
    forwards += line;
    backwards.insert(0, line);
  }
  EXPECT_EQ(Separating(backwards, kApi), Separating(forwards, kApi));
  EXPECT_NE(Separating(forwards, kApi).find("X-N89=v"), std::string::npos);
}

TEST(SeparatingFields, NominatedFieldsDoNotSeparate) {
  EXPECT_EQ(Separating("Connection: x-tenant\r\nX-Tenant: a\r\nX-Other: b\r\n", kApi),
            "X-Other=b;");
}

TEST(SeparatingFields, JsonContentTypeIsHarmlessForAJsonBody) {
  for (const char* const type :
       {"application/json", "Application/JSON", "application/json; charset=UTF-8",
        "application/json;charset=\"utf-8\""}) {
    EXPECT_EQ(Separating(std::string("Content-Type: ") + type + "\r\n", kApi), "") << type;
    EXPECT_NE(Separating(std::string("Content-Type: ") + type + "\r\n", kRoute), "") << type;
  }
  for (const char* const type : {"text/plain", "application/json; charset=utf-16", "",
                                 "application/jsonx", "application/json; charset=utf-8; a=b"}) {
    EXPECT_NE(Separating(std::string("Content-Type: ") + type + "\r\n", kApi), "") << type;
  }
}

TEST(SeparatingFields, MoreNamesAndPrefixesMayBeHarmless) {
  const std::vector<std::string> more = {"Baggage", "x-internal-*"};
  SeparationRule rule = kApi;
  rule.more = more;
  EXPECT_EQ(
      Separating("baggage: 1\r\nX-Internal-Node: 2\r\nX-Internal: 3\r\nBaggage2: 4\r\n", rule),
      "Baggage2=4;X-Internal=3;");
}

TEST(SeparatingFields, OnlyCredentialsMayBeLeftOut) {
  SeparationRule shared = kApi;
  shared.harmless = shared.harmless | Credentials();
  EXPECT_EQ(
      Separating("Authorization: a\r\nX-Goog-Api-Key: b\r\nCookie: c\r\nAnthropic-Version: 1\r\n"
                 "X-Forwarded-User: u\r\n",
                 shared),
      "Anthropic-Version=1;X-Forwarded-User=u;");
}

}  // namespace
}  // namespace banto::http
