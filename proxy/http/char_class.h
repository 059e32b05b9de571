// Character classes by table look-up. Pure, constexpr.
#ifndef BANTO_PROXY_HTTP_CHAR_CLASS_H_
#define BANTO_PROXY_HTTP_CHAR_CLASS_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "proxy/base/ascii.h"

namespace banto::http {

enum CharClass : uint8_t {
  kTokenChar = 1,       // RFC 9110 §5.6.2 tchar: field names, codings
  kUnderscoreChar = 2,  // '_', which CGI-like servers do not distinguish from '-'
  kTargetChar = 4,      // visible or non-ASCII, except '#' (a fragment is never sent)
  kHostChar = 8,        // letters, digits and "-._~": the characters of a registered name
  kMethodChar = 16,  // upper-case letters and '-': some servers take "get" for GET, others do not
  kHexChar = 32,     // HEXDIG
  kQuotedChar = 64,  // RFC 9110 §5.6.4 qdtext
  kValueChar = 128,  // a byte of a field value: HTAB, SP, visible or non-ASCII
};

constexpr std::array<uint8_t, 256> MakeCharClasses() {
  std::array<uint8_t, 256> table{};
  constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
  constexpr std::string_view kHostMarks = "-._~";
  for (unsigned i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool alnum = base::IsAlnum(c);
    unsigned bits = 0;
    if (alnum || (i != 0 && kTokenMarks.find(c) != kTokenMarks.npos)) bits |= kTokenChar;
    if (c == '_') bits |= kUnderscoreChar;
    if (i > 0x20 && i != 0x7f && c != '#') bits |= kTargetChar;
    if (alnum || (i != 0 && kHostMarks.find(c) != kHostMarks.npos)) bits |= kHostChar;
    if (base::IsUpper(c) || c == '-') bits |= kMethodChar;
    if (base::HexValue(c) >= 0) bits |= kHexChar;
    if (c == '\t' || (i >= 0x20 && i != 0x7f)) bits |= kValueChar;
    if ((bits & kValueChar) != 0 && c != '"' && c != '\\') bits |= kQuotedChar;
    table[i] = static_cast<uint8_t>(bits);
  }
  return table;
}

inline constexpr std::array<uint8_t, 256> kCharClasses = MakeCharClasses();

constexpr uint8_t ClassesOf(char c) { return kCharClasses[static_cast<unsigned char>(c)]; }
constexpr bool Is(char c, CharClass wanted) { return (ClassesOf(c) & wanted) != 0; }

// Whether every byte of `text` is in `wanted`; true for an empty text.
constexpr bool AllAre(std::string_view text, CharClass wanted) {
  uint8_t all = 0xff;
  for (const char c : text) all &= ClassesOf(c);
  return (all & wanted) != 0;
}

constexpr bool IsToken(std::string_view text) { return !text.empty() && AllAre(text, kTokenChar); }

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_CHAR_CLASS_H_
