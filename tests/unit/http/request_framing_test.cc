// What a request announces about the bytes after it: framing, connection, expectations.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/http/request_reader.h"

namespace banto::http {
namespace {

TEST(RequestFraming, LengthAndChunkedAreRead) {
  const BodyFraming length =
      Accepted("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 123\r\n\r\n").framing();
  EXPECT_EQ(length.kind, BodyKind::kLength);
  EXPECT_EQ(length.length, 123u);
  for (const char* coding : {"chunked", "Chunked", " \tchunked\t "}) {
    const std::string in = std::string(kGet) + "Transfer-Encoding:" + coding + "\r\n\r\n";
    EXPECT_EQ(Accepted(in).framing().kind, BodyKind::kChunked) << coding;
  }
}

TEST(RequestFraming, MalformedLengthIsRefused) {
  for (const char* value : {"", "+5", "-5", "0x5", "5,5", "5, 5", "005", "00", "5 5", "5_0", "1e3",
                            "5.0", "a", "5;", "\"5\"", "9223372036854775808",
                            "18446744073709551621", "99999999999999999999999", "\xd9\xa5"}) {
    EXPECT_EQ(FieldRefusal(std::string("Content-Length: ") + value), 400) << value;
  }
}

TEST(RequestFraming, RepeatedLengthIsRefusedEvenWhenEqual) {
  EXPECT_EQ(FieldRefusal("Content-Length: 5\r\nContent-Length: 5"), 400);
  EXPECT_EQ(FieldRefusal("Content-Length: 5\r\ncontent-length: 6"), 400);
}

TEST(RequestFraming, LengthTogetherWithCodingIsRefused) {
  EXPECT_EQ(FieldRefusal("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400);
  EXPECT_EQ(FieldRefusal("Transfer-Encoding: chunked\r\nContent-Length: 0"), 400);
  EXPECT_EQ(FieldRefusal("Transfer-Encoding: gzip\r\nContent-Length: 0"), 400);
}

TEST(RequestFraming, CodingInHttp10IsRefused) {
  EXPECT_EQ(Refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestFraming, MalformedCodingIsRefused) {
  for (const char* value : {"", "chunked, chunked", "chunked,", ",chunked", "chunked;a=b",
                            "chunked, gzip", "\"chunked\"", "gzip,,chunked", "gzip, chunked;x",
                            "chun ked", "chunked gzip", "chunked\xa0",
                            "\x85"
                            "chunked"}) {
    EXPECT_EQ(FieldRefusal(std::string("Transfer-Encoding: ") + value), 400) << value;
  }
  EXPECT_EQ(FieldRefusal("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400);
  EXPECT_EQ(FieldRefusal("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"), 400);
  EXPECT_EQ(FieldRefusal("Transfer-Encoding : chunked"), 400);
  EXPECT_EQ(FieldRefusal("Transfer-Encoding\x0b: chunked"), 400);
}

TEST(RequestFraming, UnknownCodingIsNotImplemented) {
  for (const char* value : {"gzip", "gzip, chunked", "identity", "xchunked", "br,chunked"}) {
    EXPECT_EQ(FieldRefusal(std::string("Transfer-Encoding: ") + value), 501) << value;
  }
}

TEST(Connection, CloseAndKeepAliveDecideOverTheVersion) {
  EXPECT_FALSE(Accepted(std::string(kGet) + "Connection: close\r\n\r\n").keep_alive());
  EXPECT_FALSE(Accepted(std::string(kGet) + "Connection: x, CLOSE\r\n\r\n").keep_alive());
  EXPECT_FALSE(Accepted("GET / HTTP/1.0\r\n\r\n").keep_alive());
  EXPECT_TRUE(Accepted("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive());
  EXPECT_FALSE(Accepted("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n").keep_alive());
}

TEST(Connection, NominatingAFieldThatMustStayIsRefused) {
  for (const char* value : {"Content-Length", "close, content-length", "Host", "Authorization",
                            "Cache-Control", "X-Forwarded-For", "x-forwarded-anything"}) {
    EXPECT_EQ(FieldRefusal(std::string("Connection: ") + value), 400) << value;
  }
  EXPECT_EQ(FieldRefusal("Connection: X-A, keep-alive"), 0);
}

TEST(Expect, ContinueIsNotedWhereABodyFollows) {
  const std::string expect = "Expect: 100-Continue\r\n\r\n";
  EXPECT_TRUE(Accepted(std::string(kGet) + "Content-Length: 5\r\n" + expect).expects_continue());
  EXPECT_FALSE(Accepted(std::string(kGet) + "Content-Length: 0\r\n" + expect).expects_continue());
  EXPECT_FALSE(Accepted(std::string(kGet) + expect).expects_continue());
  EXPECT_FALSE(Accepted("POST / HTTP/1.0\r\nContent-Length: 5\r\n" + expect).expects_continue());
}

TEST(Expect, AnythingElseFails) {
  EXPECT_EQ(FieldRefusal("Expect: bogus"), 417);
  EXPECT_EQ(FieldRefusal("Expect: y 100-continue"), 417);
  EXPECT_EQ(FieldRefusal("Expect:"), 417);
  EXPECT_EQ(FieldRefusal("Expect: 100-continue\r\nExpect: 100-continue"), 417);
}

}  // namespace
}  // namespace banto::http
