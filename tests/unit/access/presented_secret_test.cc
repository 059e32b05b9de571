#include "proxy/access/presented_secret.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/http/parser.h"

namespace banto::access {
namespace {

using Secrets = std::vector<std::string>;

http::RequestHead Head(const std::string& lines, const std::string& target = "/a") {
  http::RequestHead head;
  const std::string bytes = "POST " + target + " HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
  EXPECT_EQ(http::ParseRequestHead(bytes, 0, {}, &head).status, http::ParseStatus::kDone) << bytes;
  return head;
}

Secrets In(const std::string& lines) { return PresentedSecrets(Head(lines)); }
Secrets InTarget(const std::string& target) { return PresentedSecrets(Head("", target)); }

TEST(PresentedSecret, EachPlaceIsRead) {
  EXPECT_EQ(In("Authorization: Bearer s\r\n"), Secrets{"s"});
  EXPECT_EQ(In("x-api-key: s\r\n"), Secrets{"s"});
  EXPECT_EQ(In("Api-Key: s\r\n"), Secrets{"s"});
  EXPECT_EQ(In("X-Goog-Api-Key: s\r\n"), Secrets{"s"});
  EXPECT_EQ(InTarget("/a?key=s"), Secrets{"s"});
  EXPECT_EQ(In("Cookie: s\r\nX-Token: s\r\n"), Secrets());
}

TEST(PresentedSecret, ASchemeIsWrittenAsPeopleWriteIt) {
  for (const char* value : {"bearer s", "BEARER s", "Bearer   s", "Bearer\ts", "Bearer \t s ", "s"})
    EXPECT_EQ(In(std::string("Authorization: ") + value + "\r\n"), Secrets{"s"}) << value;
  EXPECT_EQ(In("Authorization: Basic s\r\n"), Secrets());
  EXPECT_EQ(In("Authorization: Bearers s\r\n"), Secrets());
  EXPECT_EQ(In("Authorization: Bearer \r\n"), Secrets());
  EXPECT_EQ(In("Authorization:\r\n"), Secrets());
}

TEST(PresentedSecret, AnArgumentIsReadDecodedAndByItsWholeName) {
  EXPECT_EQ(InTarget("/a?k%65y=a%2Bb%3D"), Secrets{"a+b="});
  EXPECT_EQ(InTarget("/a?x=1&key=s&y=2"), Secrets{"s"});
  EXPECT_EQ(InTarget("/a?key=a&key=b"), (Secrets{"a", "b"}));
  EXPECT_EQ(InTarget("/a?key=a=="), Secrets{"a=="});
  EXPECT_EQ(InTarget("/a?Key=s&monkey=s&key&keys=s"), Secrets());
  // Whether the '+' was meant or is a space, nobody knows.
  EXPECT_EQ(InTarget("/a?key=a+b"), (Secrets{"a b", "a+b"}));
}

TEST(PresentedSecret, OneInSeveralPlacesIsOne) {
  EXPECT_EQ(In("x-api-key: s\r\nAuthorization: Bearer s\r\napi-key: t\r\n"), (Secrets{"s", "t"}));
}

TEST(PresentedSecret, HowManyAreReadIsBounded) {
  std::string lines;
  for (int i = 0; i < 50; ++i) lines += "x-api-key: " + std::to_string(i) + "\r\n";
  EXPECT_EQ(In(lines).size(), kSecretsMax + 1);
}

}  // namespace
}  // namespace banto::access
