// A repeated head is reused only if parsing it would give the same result.
#include "proxy/http/same_head.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/http/head_text.h"
#include "tests/unit/http/request_reader.h"

namespace banto::http {
namespace {

// A request head with this Content-Length, followed by these lines.
std::string Post(const std::string& length, const std::string& lines = "") {
  return "POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: " + length +
         "\r\nAuthorization: Bearer k\r\n" + lines + "\r\n";
}

std::string Answer(const std::string& lines, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nserver: uvicorn\r\n" + lines + "\r\n";
}

ResponseHead Read(const std::string& in, std::string_view method = "POST") {
  ResponseHead head;
  EXPECT_EQ(ParseResponseHead(in, 0, {}, method, &head).consumed, in.size()) << in;
  return head;
}

// Whether a head parsed from `first` is reused for `second`. If so it must then equal the parser's
// result, otherwise it must be unchanged.
bool IsTaken(const std::string& first, const std::string& second, HeadLimits limits = {}) {
  RequestHead head = Accepted(first);
  const std::string before = TextOf(head);
  const size_t size = TakeSameHead(second + "body", limits, &head);
  if (size == 0) {
    EXPECT_EQ(TextOf(head), before);
    return false;
  }
  EXPECT_EQ(size, second.size());
  EXPECT_EQ(TextOf(head), TextOf(Accepted(second)));
  return true;
}

bool IsTakenAnswer(const std::string& first, const std::string& second) {
  ResponseHead head = Read(first);
  const std::string before = TextOf(head);
  const size_t size = TakeSameHead(second + "body", {}, "POST", &head);
  EXPECT_EQ(size == 0 ? before : TextOf(Read(second)), TextOf(head));
  return size > 0;
}

TEST(SameHead, RepeatedRequestIsRecognised) {
  EXPECT_TRUE(IsTaken(Post("123"), Post("123")));
  EXPECT_TRUE(IsTaken("GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n",
                      "GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(
      IsTaken("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"));
}

TEST(SameHead, BodyLengthMayDiffer) {
  EXPECT_TRUE(IsTaken(Post("123"), Post("987")));
  EXPECT_TRUE(
      IsTaken(Post("1", "Expect: 100-continue\r\n"), Post("9", "Expect: 100-continue\r\n")));
}

TEST(SameHead, EveryOtherByteMatters) {
  const std::string first = Post("246");
  const size_t length_at = first.find("246");
  for (size_t i = 0; i < first.size(); ++i) {
    std::string other = first;
    other[i] = static_cast<char>(other[i] ^ 1);  // turns a digit into another one
    const bool is_length = i >= length_at && i < length_at + 3;
    RequestHead head = Accepted(first);
    EXPECT_EQ(TakeSameHead(other, {}, &head) > 0, is_length) << other;
  }
}

TEST(SameHead, InvalidLengthIsLeftToTheParser) {
  for (const char* length : {"012", "1 3", "+23", "1,3", "abc", "12\r", " 12", "-12"}) {
    RequestHead head = Accepted(Post("123"));
    EXPECT_EQ(TakeSameHead(Post(length), {}, &head), 0u) << length;
  }
  EXPECT_FALSE(IsTaken(Post("99"), Post("100")));
}

TEST(SameHead, EmptyBodyIsNotTakenForAnother) {
  const std::string expect = "Expect: 100-continue\r\n";
  EXPECT_FALSE(IsTaken(Post("0", expect), Post("5", expect)));
  EXPECT_FALSE(IsTaken(Post("5", expect), Post("0", expect)));
  EXPECT_TRUE(IsTaken(Post("0", expect), Post("0", expect)));
}

TEST(SameHead, PartOfAHeadIsLeftToTheParser) {
  const std::string whole = Post("123");
  RequestHead head = Accepted(whole);
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(TakeSameHead(std::string_view(whole).substr(0, size), {}, &head), 0u);
  }
}

TEST(SameHead, IncompleteHeadIsNeverReused) {
  const std::string whole = Post("123");
  RequestHead head = Accepted(whole);
  ASSERT_EQ(Parse(std::string_view(whole).substr(0, whole.size() - 2), &head).status,
            ParseStatus::kMore);
  EXPECT_EQ(TakeSameHead(whole, {}, &head), 0u);
  ASSERT_EQ(Parse(whole, &head).status, ParseStatus::kDone);
  ASSERT_EQ(Parse("POST / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n", &head).status, ParseStatus::kBad);
  EXPECT_EQ(TakeSameHead(whole, {}, &head), 0u);
  RequestHead fresh;
  EXPECT_EQ(TakeSameHead("", {}, &fresh), 0u);
  EXPECT_EQ(TakeSameHead(whole, {}, &fresh), 0u);
}

// For such a target the head's own spelling differs from the bytes received, and is not even a
// request line.
TEST(SameHead, AbsoluteTargetIsLeftToTheParser) {
  for (const char* target : {"http://h/x", "http://h?x", "http://h"}) {
    const std::string in = "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    EXPECT_FALSE(IsTaken(in, in));
    RequestHead head = Accepted(in);
    EXPECT_EQ(TakeSameHead(std::string(head.bytes()), {}, &head), 0u);
  }
  const std::string in = "OPTIONS http://h HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_FALSE(IsTaken(in, in));
}

TEST(SameHead, LoweredLimitsApply) {
  const std::string in = Post("123");
  EXPECT_TRUE(IsTaken(in, in, {.header_bytes_max = 2 * in.size(), .headers_max = 3}));
  EXPECT_FALSE(IsTaken(in, in, {.header_bytes_max = 2 * in.size() - 1, .headers_max = 3}));
  EXPECT_FALSE(IsTaken(in, in, {.header_bytes_max = 2 * in.size(), .headers_max = 2}));
}

TEST(SameHead, RepeatedAnswerIsRecognised) {
  const std::string chunked = Answer("transfer-encoding: chunked\r\n");
  EXPECT_TRUE(IsTakenAnswer(chunked, chunked));
  EXPECT_TRUE(IsTakenAnswer(Answer("content-length: 20\r\n"), Answer("content-length: 47\r\n")));
  EXPECT_FALSE(IsTakenAnswer(Answer("content-length: 20\r\n"), Answer("content-length: 470\r\n")));
  EXPECT_FALSE(IsTakenAnswer(chunked, Answer("transfer-encoding: chunked\r\n", "500 OK")));
}

TEST(SameHead, AnswerWithoutABodyDependsOnMethodAndStatus) {
  const std::string in = Answer("content-length: 20\r\n");
  ResponseHead of_head = Read(in, "HEAD");
  EXPECT_EQ(TakeSameHead(in, {}, "POST", &of_head), 0u);
  ResponseHead of_post = Read(in);
  EXPECT_EQ(TakeSameHead(in, {}, "HEAD", &of_post), 0u);
  EXPECT_FALSE(IsTakenAnswer(Answer("", "204 No Content"), Answer("", "204 No Content")));
}

}  // namespace
}  // namespace banto::http
