#include "proxy/http/framing.h"

#include "proxy/http/char_class.h"
#include "proxy/http/list_reader.h"

namespace banto::http {
namespace {

constexpr ParseResult kFramed = {ParseStatus::kDone, 0, 0, nullptr};

bool HasNoBody(int status, bool to_head) {
  return to_head || status < 200 || status == 204 || status == 304;
}

}  // namespace

bool ReadContentLength(std::string_view value, uint64_t* length) {
  constexpr size_t kDigitsMax = 18;  // stays below 2^63, so no overflow check is needed
  if (value.empty() || value.size() > kDigitsMax) return false;
  if (value[0] == '0' && value.size() > 1) return false;
  uint64_t sum = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return false;
    sum = sum * 10 + static_cast<uint64_t>(c - '0');
  }
  *length = sum;
  return true;
}

CodingVerdict ReadTransferEncoding(std::string_view value) {
  if (EqualsNoCase(value, "chunked")) return CodingVerdict::kChunked;
  bool foreign = false;
  bool chunked = false;
  // Not with ListReader, which ignores empty elements; here they are an error (",chunked").
  for (std::string_view rest = value;;) {
    const size_t comma = rest.find(',');
    const std::string_view coding = TrimSpace(rest.substr(0, comma));
    if (!IsToken(coding) || chunked) return CodingVerdict::kMalformed;
    if (EqualsNoCase(coding, "chunked")) {
      chunked = true;
    } else {
      foreign = true;
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return foreign ? CodingVerdict::kUnsupported : CodingVerdict::kMalformed;
}

ParseResult FrameRequest(const FieldFacts& facts, int minor_version, BodyFraming* framing) {
  *framing = {};
  if (facts.transfer_encoding.count > 0) {
    // RFC 9112 §6.1: a request with both, or with this one in HTTP/1.0, is an attempt at smuggling.
    if (facts.content_length.count > 0) return Refuse(400, "Content-Length and Transfer-Encoding");
    if (minor_version == 0) return Refuse(400, "Transfer-Encoding in HTTP/1.0");
    if (facts.transfer_encoding.count > 1) return Refuse(400, "repeated Transfer-Encoding");
    switch (ReadTransferEncoding(facts.transfer_encoding.value)) {
      case CodingVerdict::kChunked:
        framing->kind = BodyKind::kChunked;
        return kFramed;
      case CodingVerdict::kUnsupported:
        return Refuse(501, "unsupported transfer coding");
      case CodingVerdict::kMalformed:
        return Refuse(400, "malformed Transfer-Encoding");
    }
  }
  if (facts.content_length.count == 0) return kFramed;
  if (facts.content_length.count > 1) return Refuse(400, "repeated Content-Length");
  if (!ReadContentLength(facts.content_length.value, &framing->length)) {
    return Refuse(400, "malformed Content-Length");
  }
  framing->kind = BodyKind::kLength;
  return kFramed;
}

ParseResult FrameResponse(const FieldFacts& facts, int status, int minor_version, bool to_head,
                          BodyFraming* framing, bool* must_close) {
  *framing = {};
  *must_close = false;
  const bool coded = facts.transfer_encoding.count > 0;
  uint64_t length = 0;
  if (facts.content_length.count > 1) return Refuse(502, "repeated Content-Length");
  if (facts.content_length.count == 1 && !ReadContentLength(facts.content_length.value, &length)) {
    return Refuse(502, "malformed Content-Length");
  }
  if (HasNoBody(status, to_head)) {
    // A peer that announces a body where none is allowed may send one anyway (RFC 9112 §6.1).
    *must_close = !to_head && status != 304 && (coded || length > 0);
    return kFramed;
  }
  if (coded) {
    if (facts.transfer_encoding.count > 1 ||
        ReadTransferEncoding(facts.transfer_encoding.value) != CodingVerdict::kChunked) {
      return Refuse(502, "Transfer-Encoding other than chunked");
    }
    // RFC 9112 §6.3 rule 3 and §6.1: readable, but no further message may follow on this
    // connection.
    *must_close = facts.content_length.count > 0 || minor_version == 0;
    framing->kind = BodyKind::kChunked;
    return kFramed;
  }
  if (facts.content_length.count == 1) {
    *framing = {BodyKind::kLength, length};
    return kFramed;
  }
  framing->kind = BodyKind::kUntilClose;
  *must_close = true;
  return kFramed;
}

}  // namespace banto::http
