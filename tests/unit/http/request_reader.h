// Shared by the tests of request heads: parse one, or get the status with which it is refused.
#ifndef BANTO_TESTS_UNIT_HTTP_REQUEST_READER_H_
#define BANTO_TESTS_UNIT_HTTP_REQUEST_READER_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "proxy/http/parser.h"

namespace banto::http {

inline constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: a\r\n";

inline ParseResult Parse(std::string_view in, RequestHead* head, HeadLimits limits = {}) {
  return ParseRequestHead(in, 0, limits, head);
}

inline RequestHead Accepted(std::string_view in) {
  RequestHead head;
  const ParseResult result = Parse(in, &head);
  EXPECT_EQ(result.status, ParseStatus::kDone) << in << ": " << (result.error ? result.error : "");
  EXPECT_EQ(result.consumed, in.size());
  return head;
}

// The status with which `in` is refused; 0 if it is accepted.
inline int Refusal(std::string_view in, HeadLimits limits = {}) {
  RequestHead head;
  const ParseResult result = Parse(in, &head, limits);
  EXPECT_EQ(result.status == ParseStatus::kBad, result.error != nullptr);
  return result.status == ParseStatus::kBad ? result.http_status : 0;
}

// The refusal of a GET whose head also contains the line `field`.
inline int FieldRefusal(const std::string& field) { return Refusal(kGet + field + "\r\n\r\n"); }

inline int LineRefusal(const std::string& line) { return Refusal(line + "\r\nHost: a\r\n\r\n"); }

inline int HostRefusal(const std::string& host) {
  return Refusal("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
}

}  // namespace banto::http

#endif  // BANTO_TESTS_UNIT_HTTP_REQUEST_READER_H_
