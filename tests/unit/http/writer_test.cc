#include "proxy/http/writer.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

namespace banto::http {
namespace {

TEST(Writer, StatusLineHasItsReason) {
  std::string out;
  AppendStatusLine(200, &out);
  AppendStatusLine(431, &out);
  AppendStatusLine(299, &out);
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nHTTP/1.1 431 Request Header Fields Too Large\r\n"
            "HTTP/1.1 299 Unknown\r\n");
}

TEST(Writer, EveryStatusHasALine) {
  for (int status = 100; status < 1000; ++status) {
    std::string out;
    AppendStatusLine(status, &out);
    EXPECT_EQ(out, "HTTP/1.1 " + std::to_string(status) + " " + std::string(ReasonPhrase(status)) +
                       "\r\n");
  }
  EXPECT_EQ(ReasonPhrase(-1), "Unknown");
}

TEST(Writer, EveryStatusWeAnswerHasAName) {
  for (const int status : {100, 200, 204, 400, 401, 403, 404, 405, 408, 413, 414,
                           415, 417, 429, 431, 500, 501, 502, 503, 504, 505, 508}) {
    EXPECT_NE(ReasonPhrase(status), "Unknown") << status;
  }
}

TEST(Writer, FieldsHaveTextOrNumbers) {
  std::string out;
  AppendField("A", "b c", &out);
  AppendField("N", uint64_t{0}, &out);
  AppendField("M", UINT64_MAX, &out);
  EXPECT_EQ(out, "A: b c\r\nN: 0\r\nM: 18446744073709551615\r\n");
}

TEST(Writer, FieldsNeverContainControlCharacters) {
  std::string out;
  AppendField("A\r\n", std::string_view("b\r\nc\0d\x7f\te", 9), &out);
  EXPECT_EQ(out, "A: bcd\te\r\n");
}

TEST(Writer, ControlCharactersAreFoundAfterLongText) {
  const std::string text(33, 'x');
  std::string out;
  AppendField("A", text + "\n" + text + "\r\n", &out);
  EXPECT_EQ(out, "A: " + text + text + "\r\n");
}

TEST(HttpDate, IsAFixdate) {
  EXPECT_EQ(HttpDate(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(HttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(HttpDate(951782399), "Mon, 28 Feb 2000 23:59:59 GMT");
  EXPECT_EQ(HttpDate(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(HttpDate(4107542400), "Mon, 01 Mar 2100 00:00:00 GMT");
  EXPECT_EQ(HttpDate(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST(HttpDate, AgreesWithTheCLibraryOnEveryDayOfFourHundredYears) {
  for (int64_t day = -36525; day < 110000; ++day) {
    const time_t at = day * 86400 + (day * 7919 % 86400 + 86400) % 86400;
    tm parts{};
    gmtime_r(&at, &parts);
    char expected[40];
    strftime(expected, sizeof(expected), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    ASSERT_EQ(HttpDate(at), expected) << at;
  }
}

}  // namespace
}  // namespace banto::http
