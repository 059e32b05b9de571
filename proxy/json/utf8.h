// UTF-8 per RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. Pure; any thread.
#ifndef BANTO_PROXY_JSON_UTF8_H_
#define BANTO_PROXY_JSON_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace banto::json {

// The length of the longest prefix of `text` made of complete, valid characters.
size_t ValidUtf8Prefix(std::string_view text);

inline bool IsUtf8(std::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

// Whether it is nothing but ASCII: cheaper than IsUtf8() where that is what to expect.
bool IsAscii(std::string_view text);

// `text` with U+FFFD in place of each broken character.
std::string MendedUtf8(std::string_view text);

// RFC 8259 §8.1: a byte order mark before JSON may be ignored.
inline std::string_view WithoutMark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.substr(0, kMark.size()) == kMark ? text.substr(kMark.size()) : text;
}

// Writes a character (no surrogate, at most U+10FFFF; 1 to 4 bytes) and returns the position after
// it.
inline char* PutUtf8(uint32_t c, char* out) {
  if (c < 0x80) {
    *out++ = static_cast<char>(c);
    return out;
  }
  if (c < 0x800) {
    *out++ = static_cast<char>(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      *out++ = static_cast<char>(0xE0 | (c >> 12));
    } else {
      *out++ = static_cast<char>(0xF0 | (c >> 18));
      *out++ = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    }
    *out++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
  }
  *out++ = static_cast<char>(0x80 | (c & 0x3F));
  return out;
}

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_UTF8_H_
