// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Pure; any
// thread.
#ifndef BANTO_PROXY_JSON_UTF8_H_
#define BANTO_PROXY_JSON_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace banto::json {

// How many bytes at the front of `text` are whole, valid characters; text.size() when all are.
size_t ValidUtf8Prefix(std::string_view text);

inline bool IsUtf8(std::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

// RFC 8259 §8.1: a byte order mark before JSON may be passed over.
inline std::string_view WithoutMark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.substr(0, kMark.size()) == kMark ? text.substr(kMark.size()) : text;
}

// Writes a character (not a surrogate, at most U+10FFFF) and returns the byte after it; 1 to 4
// bytes.
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
