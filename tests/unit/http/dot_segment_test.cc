// Which paths contain dot segments in the eyes of some server.
#include "proxy/http/dot_segment.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/http/request_reader.h"

namespace banto::http {
namespace {

TEST(DotSegment, IsFoundInEverySpelling) {
  for (const char* target :
       {"/.", "/..", "/./", "/../", "/pub/../admin", "/pub/./x", "/pub/..", "/pub/.",
        // escaped, partly or entirely, in either case
        "/pub/%2e%2e/admin", "/pub/%2E%2e/admin", "/pub/.%2e/admin", "/pub/%2E./admin",
        "/pub/%2e/x", "/pub/%2e",
        // after escaped separators and backslashes
        "/pub/..%2fadmin", "/pub%2f..%2Fadmin", "/pub%2F../admin", "/pub/%2e%2e%2fadmin",
        "/pub/..%5cadmin", "/pub%5C..%5cadmin", "/pub\\..\\admin", "/pub/..\\admin",
        // with path parameters
        "/pub/..;/admin", "/pub/..;a=b/admin", "/pub/.;/x", "/pub/%2e%2e;/admin",
        "/pub/..%3b/admin", "/pub/..%3Bx/admin", "/pub/..;",
        // truncated by servers that decode first
        "/pub/..%00", "/pub/..%00/admin", "/pub/..%3fx", "/pub/..%23x",
        // overlong UTF-8
        "/pub/%c0%ae%c0%ae/admin", "/pub/..%c0%afadmin", "/pub/..%C1%9cadmin", "/pub/%C0%AE./x",
        // between empty segments
        "//..", "//../admin", "/pub//../admin", "/pub/..//admin",
        // before a query
        "/pub/..?x", "/pub/../?x=1"}) {
    EXPECT_TRUE(HasDotSegment(target)) << target;
  }
}

TEST(DotSegment, IsNotPartOfANameOrInAQuery) {
  for (const char* target :
       {"/", "//", "*", "/v1/chat/completions", "/v1/models/org%2Fname", "/v1/models/org%2fQwen2.5",
        "/v1/models/a.b", "/.well-known/x", "/..x", "/x..", "/...", "/a/.../b", "/a..b/c", "/%2ex",
        "/x%2e", "/%2e%2e%2e", "/a/b;c=..", "/a;..", "/;../b", "/a?x=/../b", "/a?../", "/a?%2e",
        "/%", "/%2", "/%zz", "/%%2e", "/.%", "/.%2", "/a%c0%aeb", "/%c0", "/.%c0", "/.%c0%2e",
        // decoded once, not twice
        "/pub/%252e%252e/admin", "/pub/%252e/", "/a%252f.b"}) {
    EXPECT_FALSE(HasDotSegment(target)) << target;
  }
}

TEST(DotSegment, ParserReportsIt) {
  const std::string end = " HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_TRUE(Accepted("GET /pub/../x" + end).has_dot_segment());
  EXPECT_TRUE(Accepted("GET http://a/pub/%2e%2e/x" + end).has_dot_segment());
  EXPECT_TRUE(Accepted("GET http://a/..?q" + end).has_dot_segment());
  EXPECT_FALSE(Accepted("GET http://a.b/pub" + end).has_dot_segment());
  EXPECT_FALSE(Accepted("GET http://..?/../" + end).has_dot_segment());
  EXPECT_FALSE(Accepted("GET /v1/models/org%2Fname" + end).has_dot_segment());
}

}  // namespace
}  // namespace banto::http
