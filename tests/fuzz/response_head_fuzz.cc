// Response heads from anywhere: no crash, nothing consumed that is not there, the same answer in
// pieces and after a head that differs in one byte, and end-to-end fields that form a head again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "proxy/http/headers.h"
#include "proxy/http/parser.h"
#include "proxy/http/same_head.h"
#include "tests/unit/http/head_text.h"

namespace {

using banto::http::ParseResponseHead;
using banto::http::ParseResult;
using banto::http::ParseStatus;
using banto::http::ResponseHead;

constexpr banto::http::HeadLimits kLimits{.header_bytes_max = 512, .headers_max = 12};

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckAccepted(const ResponseHead& head) {
  Require(head.status() >= 100 && head.status() <= 599);
  banto::http::FieldList fields;
  banto::http::AppendEndToEndFields(head, &fields);
  Require(banto::http::FieldList::FromLines(fields.lines()).has_value());
  const std::string again = "HTTP/1.1 200 OK\r\n" + fields.lines() + "\r\n";
  ResponseHead seen;
  const banto::http::HeadLimits wide{.header_bytes_max = 8192, .headers_max = 100};
  const ParseResult result = ParseResponseHead(again, 0, wide, "GET", &seen);
  Require(result.status == ParseStatus::kDone && result.consumed == again.size());
  Require(!seen.Find("Content-Length") && !seen.Find("Transfer-Encoding"));
}

// What is taken over for `in` from a head that was read before is what the parser would say.
void CheckSame(ResponseHead head, std::string_view in, std::string_view method) {
  const size_t consumed = banto::http::TakeSameHead(in, kLimits, method, &head);
  if (consumed == 0) return;
  ResponseHead seen;
  const ParseResult result = ParseResponseHead(in, 0, kLimits, method, &seen);
  Require(result.status == ParseStatus::kDone && result.consumed == consumed);
  Require(banto::http::TextOf(seen) == banto::http::TextOf(head));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t cut = data[0] >> 1;
  const std::string_view method = (data[0] & 1) != 0 ? "HEAD" : "POST";
  const std::string_view in(reinterpret_cast<const char*>(data) + 1, size - 1);
  ResponseHead whole;
  const ParseResult result = ParseResponseHead(in, 0, kLimits, method, &whole);
  Require(result.consumed <= in.size());
  Require(result.status != ParseStatus::kBad || result.http_status == 502 ||
          result.http_status == 431);
  if (cut <= in.size()) {
    ResponseHead pieces;
    ParseResult second = ParseResponseHead(in.substr(0, cut), 0, kLimits, method, &pieces);
    if (second.status == ParseStatus::kMore) {
      second = ParseResponseHead(in, cut, kLimits, method, &pieces);
    }
    Require(result.status == second.status && result.consumed == second.consumed &&
            result.error == second.error);
  }
  if (result.status == ParseStatus::kDone) {
    CheckAccepted(whole);
    std::string other(in);
    if (cut < other.size()) other[cut] = static_cast<char>(data[size - 1]);
    CheckSame(whole, other, method);
  }
  return 0;
}
