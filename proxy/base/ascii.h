// ASCII letters, digits and blanks, independent of the locale. Pure, constexpr.
#ifndef BANTO_PROXY_BASE_ASCII_H_
#define BANTO_PROXY_BASE_ASCII_H_

#include <string>
#include <string_view>

namespace banto::base {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsLetter(char c) { return IsUpper(c) || IsLower(c); }
constexpr bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }

constexpr char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c | 0x20) : c; }

inline std::string Lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ToLower(c);
  return lower;
}

// For case-insensitive searches for words given in lower case.
constexpr bool IsCaseOf(char c, char lower) { return ToLower(c) == lower; }

// The value of a hex digit, or -1 if it is not one.
constexpr int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = ToLower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Without leading and trailing blanks and line ends.
constexpr std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace banto::base

#endif  // BANTO_PROXY_BASE_ASCII_H_
