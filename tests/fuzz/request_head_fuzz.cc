// Request heads from anywhere: no crash, nothing consumed that is not there, views that stay
// inside, and the same answer whether the bytes came at once or in two pieces, or after a head that
// differs in one byte. What is accepted
// also renders to a head that our own parser accepts, with one length and no coding.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "proxy/http/headers.h"
#include "proxy/http/parser.h"
#include "proxy/http/same_head.h"
#include "tests/unit/http/head_text.h"

namespace {

using banto::http::BodyKind;
using banto::http::ParseResult;
using banto::http::ParseStatus;
using banto::http::RequestHead;

constexpr banto::http::HeadLimits kLimits{.header_bytes_max = 512, .headers_max = 12};

void Require(bool holds) {
  if (!holds) std::abort();
}

bool Same(const ParseResult& a, const ParseResult& b) {
  return a.status == b.status && a.consumed == b.consumed && a.http_status == b.http_status &&
         a.error == b.error;
}

void RequireInside(const RequestHead& head, std::string_view view) {
  const char* begin = head.bytes().data();
  Require(view.empty() ||
          (view.data() >= begin && view.data() + view.size() <= begin + head.bytes().size()));
}

void CheckAccepted(const RequestHead& head) {
  for (const std::string_view view : {head.method(), head.target(), head.host(), head.path()}) {
    RequireInside(head, view);
  }
  Require(!head.method().empty() && !head.target().empty());
  for (size_t i = 0; i < head.field_count(); ++i) {
    RequireInside(head, head.field(i).name);
    RequireInside(head, head.field(i).value);
    Require(head.field(i).id == banto::http::ClassifyFieldName(head.field(i).name));
    Require(head.Has(head.field(i).id) && head.Find(head.field(i).name));
  }
  banto::http::ForwardingFields forwarding;
  forwarding.host = "worker";
  forwarding.client_ip = forwarding.peer_ip = "127.0.0.1";
  forwarding.peer_trusted = head.bytes().size() % 2 == 0;
  std::string rendered;
  banto::http::AppendUpstreamRequest(head, forwarding, 5, &rendered);
  RequestHead seen;
  const ParseResult result = banto::http::ParseRequestHead(
      rendered, 0, {.header_bytes_max = 8192, .headers_max = 100}, &seen);
  Require(result.status == ParseStatus::kDone && result.consumed == rendered.size());
  Require(seen.framing().kind == BodyKind::kLength && seen.framing().length == 5);
  Require(seen.target() == head.target() && seen.method() == head.method());
  Require(seen.has_dot_segment() == head.has_dot_segment());
}

// What is taken over for `in` from a head that was read before is what the parser would say.
void CheckSame(RequestHead head, std::string_view in) {
  const size_t consumed = banto::http::TakeSameHead(in, kLimits, &head);
  if (consumed == 0) return;
  RequestHead seen;
  const ParseResult result = banto::http::ParseRequestHead(in, 0, kLimits, &seen);
  Require(result.status == ParseStatus::kDone && result.consumed == consumed);
  Require(banto::http::TextOf(seen) == banto::http::TextOf(head));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t cut = data[0];
  const std::string_view in(reinterpret_cast<const char*>(data) + 1, size - 1);
  RequestHead whole;
  const ParseResult result = banto::http::ParseRequestHead(in, 0, kLimits, &whole);
  Require(result.consumed <= in.size());
  Require((result.status == ParseStatus::kBad) == (result.error != nullptr));
  if (cut <= in.size()) {
    RequestHead pieces;
    ParseResult second = banto::http::ParseRequestHead(in.substr(0, cut), 0, kLimits, &pieces);
    if (second.status == ParseStatus::kMore) {
      second = banto::http::ParseRequestHead(in, cut, kLimits, &pieces);
    }
    Require(Same(result, second));
    if (result.status == ParseStatus::kDone) Require(whole.bytes() == pieces.bytes());
  }
  if (result.status == ParseStatus::kDone) {
    CheckAccepted(whole);
    std::string other(in);
    if (cut < other.size()) other[cut] = static_cast<char>(data[size - 1]);
    CheckSame(whole, other);
  }
  return 0;
}
