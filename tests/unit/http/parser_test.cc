// Request heads: what is accepted, what is refused, and with which status.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/http/request_reader.h"

namespace banto::http {
namespace {

TEST(RequestHead, PartsAreViewsIntoTheHead) {
  const std::string in =
      "POST /v1/chat/completions?a=1&b=?2 HTTP/1.1\r\nHost: Example.org:8080\r\n"
      "content-type:application/json\r\nX-Empty:\r\nAccept: \t a , b \t\r\nAccept: c\r\n\r\n";
  const RequestHead head = Accepted(in);
  EXPECT_EQ(head.method(), "POST");
  EXPECT_EQ(head.target(), "/v1/chat/completions?a=1&b=?2");
  EXPECT_EQ(head.path(), "/v1/chat/completions");
  EXPECT_EQ(head.query(), "a=1&b=?2");
  EXPECT_EQ(head.host(), "Example.org:8080");
  EXPECT_EQ(head.minor_version(), 1);
  EXPECT_TRUE(head.keep_alive());
  EXPECT_EQ(head.framing().kind, BodyKind::kNone);
  ASSERT_EQ(head.field_count(), 5u);
  EXPECT_EQ(head.field(1).name, "content-type");
  EXPECT_EQ(head.field(3).value, "a , b");
  EXPECT_EQ(head.Find("ACCEPT"), "a , b");
  EXPECT_EQ(head.Find("x-empty"), "");
  EXPECT_EQ(head.Find("absent"), std::nullopt);
  EXPECT_TRUE(head.HasToken("accept", "C"));
  EXPECT_EQ(head.bytes(), in);
}

TEST(RequestHead, MovedHeadKeepsItsFields) {
  RequestHead first = Accepted("GET /x HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n");
  const RequestHead second = std::move(first);
  EXPECT_EQ(second.target(), "/x");
  EXPECT_EQ(second.Find("b"), "c");
}

TEST(RequestHead, ManyFieldsKeepTheirOrder) {
  for (const size_t count : {23u, 24u, 25u, 60u}) {
    std::string in = kGet;  // one field
    for (size_t i = 1; i < count; ++i)
      in += "N" + std::to_string(i) + ": " + std::to_string(i) + "\r\n";
    RequestHead first = Accepted(in + "\r\n");
    const RequestHead copy = first;
    const RequestHead head = std::move(first);
    for (const RequestHead* of : {&copy, &head}) {
      ASSERT_EQ(of->field_count(), count);
      EXPECT_EQ(of->Find(FieldName::kHost), "a");
      EXPECT_EQ(of->field(count - 1).value, std::to_string(count - 1));
      EXPECT_EQ(of->Find("n" + std::to_string(count - 1)), std::to_string(count - 1));
    }
    EXPECT_EQ(first.field_count(), 0u);  // NOLINT: a moved-from head is empty
  }
}

TEST(RequestHead, FieldsAreFoundByTheirIds) {
  const RequestHead head = Accepted(
      "GET / HTTP/1.1\r\nhost: a\r\nX-Forwarded-Prefix: /p\r\nCOOKIE: 1\r\ncookie: 2\r\nX-Runtime: "
      "3\r\n"
      "Report-To: 4\r\nConnection: close\r\nX-Y: z\r\n\r\n");
  EXPECT_EQ(head.Find(FieldName::kCookie), "1");
  EXPECT_EQ(head.Find(FieldName::kRange), std::nullopt);
  EXPECT_EQ(head.Find("Range"), std::nullopt);
  EXPECT_TRUE(head.Has(FieldName::kOther));
  EXPECT_TRUE(head.Has(FieldName::kXForwardedOther));
  EXPECT_FALSE(head.Has(FieldName::kXForwardedFor));
  EXPECT_EQ(head.Find("x-forwarded-prefix"), "/p");
  EXPECT_EQ(head.Find("x-forwarded-other"), std::nullopt);
  EXPECT_EQ(head.Find("report-to"), "4");
  EXPECT_EQ(head.Find("nel"), std::nullopt);
  EXPECT_TRUE(head.HasToken(FieldName::kConnection, "Close"));
  EXPECT_FALSE(head.HasToken("Range", "close"));
  EXPECT_EQ(head.field(7).id, FieldName::kOther);
}

TEST(RequestHead, ObjectIsReusedForTheNextRequest) {
  RequestHead head;
  ASSERT_EQ(Parse("POST /a HTTP/1.0\r\nHost: a\r\nContent-Length: 7\r\n\r\n", &head).status,
            ParseStatus::kDone);
  ASSERT_EQ(Parse("GET / HTTP/1.1\r\nHost: b\r\n\r\n", &head).status, ParseStatus::kDone);
  EXPECT_EQ(head.field_count(), 1u);
  EXPECT_EQ(head.host(), "b");
  EXPECT_EQ(head.framing().kind, BodyKind::kNone);
  EXPECT_TRUE(head.keep_alive());
}

TEST(RequestHead, BytesOfTheNextMessageAreNotConsumed) {
  RequestHead head;
  const std::string one = std::string(kGet) + "\r\n";
  const ParseResult result = Parse(one + one, &head);
  EXPECT_EQ(result.status, ParseStatus::kDone);
  EXPECT_EQ(result.consumed, one.size());
}

TEST(RequestHead, TwoEmptyLinesBeforeItAreSkipped) {
  const std::string one = std::string(kGet) + "\r\n";
  EXPECT_EQ(Accepted("\r\n" + one).bytes(), one);
  EXPECT_EQ(Accepted("\r\n\r\n" + one).bytes(), one);
  EXPECT_EQ(Refusal("\r\n\r\n\r\n" + one), 400);
  EXPECT_EQ(Refusal("\n" + one), 400);
  EXPECT_EQ(Refusal("\rG"), 400);
}

TEST(RequestHead, BareLineFeedIsRefused) {
  EXPECT_EQ(Refusal("GET / HTTP/1.1\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nHost: a\n\r\n"), 400);
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nHost: a\r\n\n"), 400);
  EXPECT_EQ(Refusal("GET / HTTP/1.1\nHost: a\n\n"), 400);
}

TEST(RequestHead, BareCarriageReturnIsRefused) {
  EXPECT_EQ(Refusal("GET / HTTP/1.1\rHost: a\r\n\r\n"), 400);
  EXPECT_EQ(FieldRefusal("A: b\rc"), 400);
  EXPECT_EQ(FieldRefusal("A: b\r"), 400);
  EXPECT_EQ(Refusal(std::string(kGet) + "\rX"), 400);
}

TEST(RequestHead, ControlCharactersAreRefused) {
  for (int c = 0; c < 0x20; ++c) {
    if (c == '\t' || c == '\r' || c == '\n') continue;
    EXPECT_EQ(FieldRefusal(std::string("A: b") + static_cast<char>(c) + "c"), 400) << c;
    EXPECT_EQ(LineRefusal(std::string("GET /") + static_cast<char>(c) + " HTTP/1.1"), 400) << c;
  }
  EXPECT_EQ(FieldRefusal("A: b\x7f"), 400);
}

TEST(RequestHead, BytesAboveAsciiAndTabsAreAllowedInValues) {
  EXPECT_EQ(FieldRefusal("A: h\xc3\xa9\xff\tb"), 0);
}

TEST(RequestHead, FoldedFieldIsRefused) {
  EXPECT_EQ(FieldRefusal("A: b\r\n c"), 400);
  EXPECT_EQ(FieldRefusal("A: b\r\n\tc"), 400);
  EXPECT_EQ(FieldRefusal("Transfer-Encoding:\r\n chunked"), 400);
}

TEST(RequestHead, SpaceBeforeTheFirstFieldIsRefused) {
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), 400);
}

TEST(RequestHead, MalformedFieldNameIsRefused) {
  for (const char* field : {"A : b", "A\t: b", ": b", "no colon", "nocolon", "A b: c", "A(b): c",
                            "A\"b: c", "A[b]: c", "h\xc3\xa9: c", "A;: c", "A,B: c", "{: c"}) {
    EXPECT_EQ(FieldRefusal(field), 400) << field;
  }
}

TEST(RequestHead, NameOfMoreThanSixtyFourKibIsRefused) {
  const HeadLimits limits{.header_bytes_max = 1 << 20, .headers_max = 10};
  const auto refusal = [&](size_t size) {
    return Refusal(kGet + std::string(size, 'a') + ": b\r\n\r\n", limits);
  };
  EXPECT_EQ(refusal(65535), 0);
  EXPECT_EQ(refusal(65536), 400);
}

TEST(RequestHead, KnownNameWithoutAColonIsRefused) {
  EXPECT_EQ(FieldRefusal("Host"), 400);
  EXPECT_EQ(FieldRefusal("Content-Length"), 400);
}

TEST(RequestHead, EveryTokenCharacterIsAllowedInAFieldName) {
  EXPECT_EQ(FieldRefusal("!#$%&'*+-.^_`|~09azAZ: b"), 0);
}

TEST(RequestHead, UnderscoreTwinsOfFramingAndForwardingFieldsAreRefused) {
  for (const char* field :
       {"Transfer_Encoding: chunked", "transfer_encoding: x", "Content_Length: 5",
        "X_Forwarded_For: 1.2.3.4", "X-Forwarded_For: 1.2.3.4", "x_forwarded_host: a",
        "X_Forwarded_Proto: https", "X_Real_IP: 1.2.3.4", "X_Request_Id: 1"}) {
    EXPECT_EQ(FieldRefusal(field), 400) << field;
  }
  EXPECT_EQ(FieldRefusal("My_Field: x"), 0);
}

TEST(RequestHead, MalformedRequestLineIsRefused) {
  for (const char* line :
       {"GET", "GET /", "GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ",
        "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1", "GET / a HTTP/1.1", "GET / HTTP/1.1\t",
        "GET  HTTP/1.1", "get / HTTP/1.1", "G\xc3\x89T / HTTP/1.1", "G(T / HTTP/1.1",
        "/ HTTP/1.1"}) {
    EXPECT_EQ(LineRefusal(line), 400) << line;
  }
}

TEST(RequestHead, MalformedVersionIsRefused) {
  for (const char* line :
       {"GET / http/1.1", "GET / Http/1.1", "GET / HTTP/1", "GET / HTTP/1.", "GET / HTTP/01.1",
        "GET / HTTP/1.01", "GET / HTTP/0.9", "GET / HTTP 1.1", "GET / XTTP/1.1", "GET / HTTP/1,1",
        "GET / HTTP/x.1", "GET / HTTP/1.x", "GET / HTTP/1.11", "GET / HTTP/"}) {
    EXPECT_EQ(LineRefusal(line), 400) << line;
  }
}

TEST(RequestHead, OtherMajorVersionIsNotSupported) {
  EXPECT_EQ(LineRefusal("GET / HTTP/2.0"), 505);
  EXPECT_EQ(LineRefusal("GET / HTTP/3.0"), 505);
  EXPECT_EQ(Refusal("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
}

TEST(RequestHead, HigherMinorVersionIsReadAsOne) {
  EXPECT_EQ(Accepted("GET / HTTP/1.2\r\nHost: a\r\n\r\n").minor_version(), 1);
  EXPECT_EQ(Accepted("GET / HTTP/1.0\r\n\r\n").minor_version(), 0);
}

TEST(RequestHead, ConnectAndTraceAreNotAllowed) {
  EXPECT_EQ(LineRefusal("CONNECT a:443 HTTP/1.1"), 405);
  EXPECT_EQ(LineRefusal("TRACE / HTTP/1.1"), 405);
}

TEST(RequestHead, UnknownMethodPassesButALongOneDoesNot) {
  EXPECT_EQ(Accepted("M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n").method(), "M-SEARCH");
  EXPECT_EQ(LineRefusal(std::string(33, 'A') + " / HTTP/1.1"), 501);
}

TEST(HeadLimits, LongRequestLineIsRefusedBeforeItEnds) {
  const HeadLimits limits{.header_bytes_max = 64, .headers_max = 10};
  EXPECT_EQ(Refusal("GET /" + std::string(28, 'a'), limits), 414);
  EXPECT_EQ(Refusal("GET /" + std::string(27, 'a'), limits), 0);
  EXPECT_EQ(Refusal("GET /" + std::string(40, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", limits), 414);
}

TEST(HeadLimits, LargeHeadIsRefusedBeforeItEnds) {
  const HeadLimits limits{.header_bytes_max = 64, .headers_max = 10};
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nA: ";
  EXPECT_EQ(Refusal(start + std::string(64 - start.size(), 'a'), limits), 431);
  EXPECT_EQ(Refusal(start + std::string(63 - start.size(), 'a'), limits), 0);
  EXPECT_EQ(Refusal(start + std::string(60 - start.size(), 'a') + "\r\n\r\n", limits), 0);
  EXPECT_EQ(Refusal(start + std::string(61 - start.size(), 'a') + "\r\n\r\n", limits), 431);
}

TEST(HeadLimits, TooManyFieldsAreRefused) {
  const HeadLimits limits{.header_bytes_max = 4096, .headers_max = 3};
  EXPECT_EQ(Refusal(std::string(kGet) + "A: b\r\nC: d\r\n\r\n", limits), 0);
  EXPECT_EQ(Refusal(std::string(kGet) + "A: b\r\nC: d\r\nE: f\r\n", limits), 431);
}

}  // namespace
}  // namespace banto::http
