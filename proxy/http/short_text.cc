#include "proxy/http/short_text.h"

namespace banto::http {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string Shortened(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  size_t size = bytes_max - kEllipsis.size();
  // A character has at most three continuation bytes; what has more is not UTF-8 and is cut
  // anywhere.
  for (int i = 0; i < 3 && size > 0 && ContinuesCharacter(text[size]); ++i) --size;
  return std::string(text.substr(0, size)).append(kEllipsis);
}

}  // namespace banto::http
