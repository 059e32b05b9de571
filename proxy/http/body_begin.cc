#include "proxy/http/body_begin.h"

#include <algorithm>

#include "proxy/json/utf8.h"

namespace banto::http {
namespace {

// A compressed body begins with this many bytes of plain text about once in a million.
constexpr size_t kTextBytes = 16;

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F;
}

// Ignores a character that is cut off at the end.
bool IsText(std::string_view bytes) {
  constexpr size_t kCutMax = 3;
  const size_t valid = json::ValidUtf8Prefix(bytes);
  const bool cut = valid < bytes.size() && static_cast<unsigned char>(bytes[valid]) >= 0xC2 &&
                   bytes.size() - valid <= kCutMax;
  return (cut || valid == bytes.size()) && std::none_of(bytes.begin(), bytes.end(), IsControl);
}

// JSON, an SSE event, a page: beginnings that no coding is likely to produce.
bool OpensText(std::string_view bytes) {
  return std::string_view("{[\"<:de \r\n\t\xEF").find(bytes.front()) != std::string_view::npos;
}

// For codings with a magic number. Open while only a prefix of it has arrived.
BodyBegin ByMagic(std::string_view bytes, std::string_view magic, bool end) {
  const size_t size = std::min(bytes.size(), magic.size());
  if (bytes.substr(0, size) != magic.substr(0, size)) return BodyBegin::kPlain;
  return size < magic.size() && !end ? BodyBegin::kOpen : BodyBegin::kCoded;
}

// RFC 8878 §3.1: a frame, or one of the sixteen kinds of skippable frames.
BodyBegin ByZstdMagic(std::string_view bytes, bool end) {
  const bool skipped = (static_cast<unsigned char>(bytes.front()) & 0xF0) == 0x50;
  if (!skipped) return ByMagic(bytes, "\x28\xB5\x2F\xFD", end);
  return ByMagic(bytes.substr(1), "\x2A\x4D\x18", end);
}

// Raw deflate and brotli may begin with any byte, so they are recognised only by not being text.
BodyBegin ByText(std::string_view bytes, bool end) {
  bytes = bytes.substr(0, kTextBytes);
  if (!IsText(bytes)) return BodyBegin::kCoded;
  if (bytes.size() == kTextBytes) return BodyBegin::kPlain;
  if (!end) return BodyBegin::kOpen;
  return OpensText(bytes) ? BodyBegin::kPlain : BodyBegin::kCoded;
}

}  // namespace

BodyBegin LookAtCoded(ContentCoding coding, std::string_view bytes, bool end) {
  // RFC 9110 §8.4: nothing was encoded, so there is nothing to decode.
  if (bytes.empty()) return end ? BodyBegin::kPlain : BodyBegin::kOpen;
  switch (coding) {
    case ContentCoding::kIdentity:
      return BodyBegin::kPlain;
    case ContentCoding::kGzip:
      return ByMagic(bytes, "\x1F\x8B", end);
    case ContentCoding::kZstd:
      return ByZstdMagic(bytes, end);
    case ContentCoding::kDeflate:
    case ContentCoding::kBrotli:
    case ContentCoding::kOther:
      break;
  }
  return ByText(bytes, end);
}

}  // namespace banto::http
