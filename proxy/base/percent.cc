#include "proxy/base/percent.h"

#include "proxy/base/ascii.h"

namespace banto::base {
namespace {

bool IsUnreserved(char c) { return IsAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

std::string Decode(std::string_view text, char plus) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int escape = EscapeAt(text, i);
    if (escape >= 0) i += 2;
    out.push_back(escape >= 0 ? static_cast<char>(escape) : text[i] == '+' ? plus : text[i]);
  }
  return out;
}

}  // namespace

int EscapeAt(std::string_view text, size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return -1;
  const int high = HexValue(text[at + 1]), low = HexValue(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::string PercentDecode(std::string_view text) { return Decode(text, '+'); }
std::string DecodeQueryText(std::string_view text) { return Decode(text, ' '); }

std::string PercentEncode(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsUnreserved(c)) {
      out.push_back(c);
    } else {
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return out;
}

}  // namespace banto::base
