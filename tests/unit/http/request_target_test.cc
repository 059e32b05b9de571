// Targets and authorities of requests.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/http/request_reader.h"

namespace banto::http {
namespace {

TEST(RequestTarget, AsteriskIsForOptionsOnly) {
  EXPECT_EQ(Accepted("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").target(), "*");
  EXPECT_EQ(LineRefusal("GET * HTTP/1.1"), 400);
  EXPECT_EQ(LineRefusal("OPTIONS ** HTTP/1.1"), 400);
}

TEST(RequestTarget, FragmentIsRefused) {
  EXPECT_EQ(LineRefusal("GET /a#b HTTP/1.1"), 400);
  EXPECT_EQ(LineRefusal("GET http://a/#b HTTP/1.1"), 400);
}

TEST(RequestTarget, OtherFormsAreRefused) {
  for (const char* line : {"GET a HTTP/1.1", "GET a:80 HTTP/1.1", "GET ftp://a/ HTTP/1.1",
                           "GET http:/a HTTP/1.1", "GET http:// HTTP/1.1", "GET http:///a HTTP/1.1",
                           "GET ?a HTTP/1.1", "GET file:///etc HTTP/1.1"}) {
    EXPECT_EQ(LineRefusal(line), 400) << line;
  }
}

TEST(RequestTarget, RawUtf8IsLeftToTheWorker) {
  EXPECT_EQ(Accepted("GET /p?q=h\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n").query(), "q=h\xc3\xa9");
}

TEST(RequestTarget, AuthorityOfAnAbsoluteFormReplacesHost) {
  const RequestHead head = Accepted("GET http://real:81/p?q HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(head.host(), "real:81");
  EXPECT_EQ(head.target(), "/p?q");
  EXPECT_EQ(Accepted("GET HTTPS://r/p HTTP/1.1\r\nHost: o\r\n\r\n").host(), "r");
}

TEST(RequestTarget, AbsoluteFormWithoutAPathIsGivenOne) {
  const RequestHead root = Accepted("GET http://real HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(root.target(), "/");
  EXPECT_EQ(root.host(), "real");
  const RequestHead query = Accepted("GET http://real:1?x=2 HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(query.target(), "/?x=2");
  EXPECT_EQ(query.host(), "real:1");
  EXPECT_EQ(query.Find("host"), "other");
  const RequestHead all = Accepted("OPTIONS http://real HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(all.target(), "*");
  EXPECT_EQ(all.host(), "real");
}

TEST(RequestTarget, AbsoluteFormStillNeedsOneGoodHost) {
  EXPECT_EQ(Refusal("GET http://a/ HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET http://a/ HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(Host, MissingHostIsRefusedInHttp11Only) {
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(Accepted("GET / HTTP/1.0\r\n\r\n").host(), "");
}

TEST(Host, RepeatedHostIsRefused) {
  EXPECT_EQ(FieldRefusal("Host: b"), 400);
  EXPECT_EQ(FieldRefusal("host: a"), 400);
  EXPECT_EQ(Refusal("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
}

TEST(Host, MalformedHostIsRefused) {
  for (const char* host :
       {"",         "a/b",          "u@a",  "a b",       "a,b",  "a:b", "a:80:80", "a:99999",
        "a:123456", "a:4294967376", "a?b",  "a#b",       "[::1", "::1", "[a/b]",   "[::1]x",
        "[]",       ":80",          "a\\b", "h\xc3\xa9", "<a>",  "[1]"}) {
    EXPECT_EQ(HostRefusal(host), 400) << host;
  }
}

TEST(Host, NamesAddressesAndPortsAreAllowed) {
  for (const char* host : {"a", "A-b_c.example.", "10.0.0.1:8000", "[::1]", "[fe80::1]:65535",
                           "a:", "localhost:0", "[::ffff:1.2.3.4]:1"}) {
    EXPECT_EQ(HostRefusal(host), 0) << host;
  }
}

}  // namespace
}  // namespace banto::http
