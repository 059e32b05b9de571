#include "proxy/http/percent.h"

namespace banto::http {
namespace {

int Digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

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
  const int high = Digit(text[at + 1]), low = Digit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::string PercentDecode(std::string_view text) { return Decode(text, '+'); }
std::string DecodeQueryText(std::string_view text) { return Decode(text, ' '); }

}  // namespace banto::http
