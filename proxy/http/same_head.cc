#include "proxy/http/same_head.h"

#include <cstring>

#include "proxy/http/framing.h"
#include "proxy/http/head_builder.h"

namespace banto::http {
namespace {

// Where the digits that may differ lie: those of the Content-Length that frames the body (there is
// only one: framing.cc). Empty if something else frames it.
Span LengthDigits(const Head& head) {
  if (head.framing().kind != BodyKind::kLength) return {};
  for (const FieldEntry& entry : head.entries()) {
    if (entry.id == FieldName::kContentLength) return {entry.value_at, entry.value_size};
  }
  return {};
}

size_t TakeSame(std::string_view in, const HeadLimits& limits, Head* head) {
  const std::string_view known = head->bytes();
  if (known.empty() || in.size() < known.size()) return 0;
  // The start line may take up half of header_bytes_max.
  if (known.size() > limits.header_bytes_max / 2) return 0;
  if (head->field_count() > limits.headers_max) return 0;
  const Span span = LengthDigits(*head);
  const size_t end = span.at + span.size;
  if (std::memcmp(in.data(), known.data(), span.at) != 0) return 0;
  if (std::memcmp(in.data() + end, known.data() + end, known.size() - end) != 0) return 0;
  const std::string_view digits = in.substr(span.at, span.size);
  if (digits == known.substr(span.at, span.size)) return known.size();
  uint64_t length = 0;
  if (!ReadContentLength(digits, &length)) return 0;
  // Whether there is a body at all affects more than the length (RFC 9110 §10.1.1).
  if (length == 0 || head->framing().length == 0) return 0;
  HeadBuilder::SetLength(span.at, digits, length, head);
  return known.size();
}

}  // namespace

size_t TakeSameHead(std::string_view in, const HeadLimits& limits, RequestHead* head) {
  // For an absolute-form target the head may hold another spelling (FillTarget).
  if (head->target().data() != head->bytes().data() + head->method().size() + 1) return 0;
  return TakeSame(in, limits, head);
}

size_t TakeSameHead(std::string_view in, const HeadLimits& limits, std::string_view request_method,
                    ResponseHead* head) {
  // For a head without a body the framing depends on the request's method and the status.
  if (request_method == "HEAD" || head->framing().kind == BodyKind::kNone) return 0;
  return TakeSame(in, limits, head);
}

ParseResult ReadHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                     RequestHead* head) {
  const size_t same = scanned == 0 ? TakeSameHead(in, limits, head) : 0;
  if (same > 0) return {ParseStatus::kDone, same, 0, nullptr};
  return ParseRequestHead(in, scanned, limits, head);
}

ParseResult ReadHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                     std::string_view request_method, ResponseHead* head) {
  const size_t same = scanned == 0 ? TakeSameHead(in, limits, request_method, head) : 0;
  if (same > 0) return {ParseStatus::kDone, same, 0, nullptr};
  return ParseResponseHead(in, scanned, limits, request_method, head);
}

}  // namespace banto::http
