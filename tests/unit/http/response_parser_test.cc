// Response heads: what is accepted, how the body is delimited, and what makes the worker's answer a
// 502.
#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto::http {
namespace {

ResponseHead Accepted(const std::string& in, std::string_view method = "POST") {
  ResponseHead head;
  const ParseResult result = ParseResponseHead(in, 0, {}, method, &head);
  EXPECT_EQ(result.status, ParseStatus::kDone) << in << ": " << (result.error ? result.error : "");
  EXPECT_EQ(result.consumed, in.size());
  return head;
}

bool IsRefused(const std::string& in, HeadLimits limits = {}, int http_status = 502) {
  ResponseHead head;
  const ParseResult result = ParseResponseHead(in, 0, limits, "POST", &head);
  if (result.status != ParseStatus::kBad) return false;
  EXPECT_EQ(result.http_status, http_status);
  EXPECT_NE(result.error, nullptr);
  return true;
}

ResponseHead WithFields(const std::string& fields, std::string_view method = "POST") {
  return Accepted("HTTP/1.1 200 OK\r\n" + fields + "\r\n", method);
}

TEST(ResponseHead, PartsAreViewsIntoTheHead) {
  const ResponseHead head = WithFields("content-length: 5\r\nServer: x\r\n");
  EXPECT_EQ(head.status(), 200);
  EXPECT_EQ(head.reason(), "OK");
  EXPECT_EQ(head.minor_version(), 1);
  EXPECT_TRUE(head.keep_alive());
  EXPECT_EQ(head.framing().kind, BodyKind::kLength);
  EXPECT_EQ(head.framing().length, 5u);
  EXPECT_EQ(head.Find("server"), "x");
}

TEST(ResponseHead, ReasonMayBeEmptyOrAbsent) {
  EXPECT_EQ(Accepted("HTTP/1.1 200 \r\n\r\n").reason(), "");
  EXPECT_EQ(Accepted("HTTP/1.1 429\r\n\r\n").status(), 429);
  EXPECT_EQ(Accepted("HTTP/1.1 404 Not\tFo\xc3\xbcnd x\r\n\r\n").reason(), "Not\tFo\xc3\xbcnd x");
}

TEST(ResponseHead, MalformedStatusLineIsRefused) {
  for (const char* line :
       {"", "HTTP/1.1", "HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1  200 OK", "HTTP/1.1 2x0 OK",
        "http/1.1 200 OK", "HTTP/2.0 200 OK", "HTTP/1.1 099 OK", "HTTP/1.1 600 OK", "ICY 200 OK",
        "HTTP/1.1 +20 OK", "HTTP/1.1\t200 OK", "HTTP/1.1 200\tOK", " HTTP/1.1 200 OK"}) {
    EXPECT_TRUE(IsRefused(std::string(line) + "\r\n\r\n")) << line;
  }
}

TEST(ResponseHead, BareLineEndsAndControlCharactersAreRefused) {
  EXPECT_TRUE(IsRefused("HTTP/1.1 200 OK\n\n"));
  EXPECT_TRUE(IsRefused("HTTP/1.1 200 OK\r\nA: b\n\r\n"));
  EXPECT_TRUE(IsRefused("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n"));
  EXPECT_TRUE(IsRefused(std::string("HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n", 27)));
  EXPECT_TRUE(IsRefused("\r\nHTTP/1.1 200 OK\r\n\r\n"));
}

TEST(ResponseHead, MalformedFieldIsRefused) {
  for (const char* field : {"A : b", "A: b\r\n c", "nocolon", ": b", "A B: c"}) {
    EXPECT_TRUE(IsRefused(std::string("HTTP/1.1 200 OK\r\n") + field + "\r\n\r\n")) << field;
  }
}

TEST(ResponseHead, UnderscoresInFieldNamesAreTheWorkersBusiness) {
  EXPECT_EQ(WithFields("X_Request_Id: 1\r\n").field_count(), 1u);
}

TEST(ResponseHead, OurLimitsAreDistinguishedFromTheWorkersFaults) {
  const HeadLimits limits{.header_bytes_max = 64, .headers_max = 2};
  EXPECT_TRUE(IsRefused("HTTP/1.1 200 OK\r\nA: " + std::string(44, 'a'), limits, 431));
  EXPECT_FALSE(IsRefused("HTTP/1.1 200 OK\r\nA: " + std::string(43, 'a'), limits));
  EXPECT_TRUE(IsRefused("HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\nE: f\r\n", limits, 431));
}

TEST(ResponseFraming, MalformedLengthIsRefused) {
  for (const char* value : {"", "-1", "+1", "05", "5, 5", "0x5", "x", "9223372036854775808"}) {
    EXPECT_TRUE(IsRefused(std::string("HTTP/1.1 200 OK\r\nContent-Length: ") + value + "\r\n\r\n"))
        << value;
  }
}

TEST(ResponseFraming, RepeatedLengthIsRefused) {
  EXPECT_TRUE(IsRefused("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"));
}

TEST(ResponseFraming, ChunkedIsRead) {
  const ResponseHead head = WithFields("transfer-encoding: chunked\r\n");
  EXPECT_EQ(head.framing().kind, BodyKind::kChunked);
  EXPECT_TRUE(head.keep_alive());
}

TEST(ResponseFraming, OtherCodingIsRefused) {
  for (const char* value : {"gzip", "gzip, chunked", "chunked, chunked", "", "chunked;a"}) {
    EXPECT_TRUE(
        IsRefused(std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: ") + value + "\r\n\r\n"))
        << value;
  }
  EXPECT_TRUE(IsRefused(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST(ResponseFraming, ChunkedWinsOverLengthButTheConnectionCloses) {
  const ResponseHead head = WithFields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
  EXPECT_EQ(head.framing().kind, BodyKind::kChunked);
  EXPECT_FALSE(head.keep_alive());
}

TEST(ResponseFraming, ChunkedInHttp10ClosesTheConnection) {
  const ResponseHead head =
      Accepted("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(head.framing().kind, BodyKind::kChunked);
  EXPECT_FALSE(head.keep_alive());
}

TEST(ResponseFraming, WithoutFramingItEndsWithTheConnection) {
  const ResponseHead head = WithFields("");
  EXPECT_EQ(head.framing().kind, BodyKind::kUntilClose);
  EXPECT_FALSE(head.keep_alive());
}

TEST(ResponseFraming, SomeStatusesHaveNoBody) {
  for (const char* status : {"100", "103", "204", "304"}) {
    const ResponseHead head = Accepted(std::string("HTTP/1.1 ") + status + " X\r\n\r\n");
    EXPECT_EQ(head.framing().kind, BodyKind::kNone) << status;
    EXPECT_TRUE(head.keep_alive()) << status;
  }
  EXPECT_EQ(Accepted("HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n").framing().kind,
            BodyKind::kNone);
}

TEST(ResponseFraming, BodyAnnouncedWhereNoneIsAllowedClosesTheConnection) {
  const ResponseHead length = Accepted("HTTP/1.1 204 X\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(length.framing().kind, BodyKind::kNone);
  EXPECT_FALSE(length.keep_alive());
  EXPECT_FALSE(Accepted("HTTP/1.1 204 X\r\nTransfer-Encoding: chunked\r\n\r\n").keep_alive());
  EXPECT_TRUE(Accepted("HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n").keep_alive());
}

TEST(ResponseFraming, AnswerToHeadHasNoBody) {
  const ResponseHead head = WithFields("Content-Length: 9\r\n", "HEAD");
  EXPECT_EQ(head.framing().kind, BodyKind::kNone);
  EXPECT_TRUE(head.keep_alive());
  EXPECT_TRUE(WithFields("Transfer-Encoding: chunked\r\n", "HEAD").keep_alive());
}

TEST(ResponseConnection, Http10ClosesUnlessItSaysOtherwise) {
  EXPECT_FALSE(Accepted("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n").keep_alive());
  EXPECT_TRUE(Accepted("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n")
                  .keep_alive());
  EXPECT_FALSE(WithFields("Connection: close\r\nContent-Length: 1\r\n").keep_alive());
}

}  // namespace
}  // namespace banto::http
