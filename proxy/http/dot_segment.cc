#include "proxy/http/dot_segment.h"

#include <cstddef>

#include "proxy/base/percent.h"

namespace banto::http {
namespace {

// The character at path[*at] as a worker may decode it; advances past it.
int TakeDecoded(std::string_view path, size_t* at) {
  const int escape = base::EscapeAt(path, *at);
  if (escape < 0) return static_cast<unsigned char>(path[(*at)++]);
  *at += 3;
  // 0xC0 and 0xC1 only begin two-byte forms of ASCII characters (RFC 3629 §3 forbids them; old
  // servers accepted them: CVE-2008-2938).
  if (escape != 0xC0 && escape != 0xC1) return escape;
  const int next = base::EscapeAt(path, *at);
  if (next < 0x80 || next > 0xBF) return escape;
  *at += 3;
  return (escape & 1) << 6 | (next & 0x3F);
}

bool Walk(std::string_view path) {
  enum class Segment { kEmpty, kDot, kTwoDots, kName };
  using enum Segment;
  Segment segment = kEmpty;
  const auto climbs = [&segment] { return segment == kDot || segment == kTwoDots; };
  for (size_t at = 0; at < path.size();) {
    switch (TakeDecoded(path, &at)) {
      case '/':
      case '\\':
        if (climbs()) return true;
        segment = kEmpty;
        break;
      case ';':
      case '?':
      case '#':
      case '\0':
        if (climbs()) return true;
        segment = kName;
        break;
      case '.':
        segment = segment == kEmpty ? kDot : segment == kDot ? kTwoDots : kName;
        break;
      default:
        segment = kName;
    }
  }
  return climbs();
}

}  // namespace

bool HasDotSegment(std::string_view target) {
  // Usual API paths contain neither character.
  const bool maybe = target.find('.') != target.npos || target.find('%') != target.npos;
  return maybe && Walk(target.substr(0, target.find('?')));
}

}  // namespace banto::http
