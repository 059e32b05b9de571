#include "proxy/json/utf8.h"

#include <cstring>

#include "proxy/json/utf8_wide.h"

namespace banto::json {
namespace {

bool IsTail(unsigned char c) { return (c & 0xC0) == 0x80; }

// The length of the valid character at p, or 0. Ranges from RFC 3629 §4.
size_t CharSize(const unsigned char* p, size_t left) {
  const unsigned char c = p[0];
  if (c < 0x80) return 1;
  if (c < 0xC2) return 0;
  if (c < 0xE0) return left >= 2 && IsTail(p[1]) ? 2 : 0;
  if (c < 0xF0) {
    if (left < 3 || !IsTail(p[1]) || !IsTail(p[2])) return 0;
    const bool overlong = c == 0xE0 && p[1] < 0xA0;
    const bool surrogate = c == 0xED && p[1] >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (c > 0xF4 || left < 4 || !IsTail(p[1]) || !IsTail(p[2]) || !IsTail(p[3])) return 0;
  const bool overlong = c == 0xF0 && p[1] < 0x90;
  const bool too_large = c == 0xF4 && p[1] >= 0x90;
  return overlong || too_large ? 0 : 4;
}

// The wide check only says yes or no, so invalid text is read twice; it is rare.
constexpr size_t kWideBytesMin = 32;

}  // namespace

bool IsAscii(std::string_view text) {
  constexpr size_t kWord = sizeof(uint64_t);
  const auto word_at = [text](size_t at) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, kWord);
    return word;
  };
  uint64_t any = 0;
  size_t at = 0;
  for (; at + 4 * kWord <= text.size(); at += 4 * kWord)
    any |= word_at(at) | word_at(at + kWord) | word_at(at + 2 * kWord) | word_at(at + 3 * kWord);
  for (; at + kWord <= text.size(); at += kWord) any |= word_at(at);
  if (at < text.size() && text.size() >= kWord) {
    any |= word_at(text.size() - kWord);  // with some that were seen
  } else {
    for (; at < text.size(); ++at) any |= static_cast<unsigned char>(text[at]);
  }
  return (any & 0x8080808080808080U) == 0;
}

size_t ValidUtf8Prefix(std::string_view text) {
  if (text.size() >= kWideBytesMin && HasWideUtf8() && IsUtf8Wide(text)) return text.size();
  const unsigned char* const data = reinterpret_cast<const unsigned char*>(text.data());
  size_t at = 0;
  while (at < text.size()) {
    uint64_t word;
    if (text.size() - at >= sizeof word) {
      std::memcpy(&word, data + at, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const size_t size = CharSize(data + at, text.size() - at);
    if (size == 0) return at;
    at += size;
  }
  return at;
}

std::string MendedUtf8(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
  std::string mended;
  while (true) {
    const size_t valid = ValidUtf8Prefix(text);
    mended.append(text, 0, valid);
    if (valid == text.size()) return mended;
    mended.append(kReplacement);
    text.remove_prefix(valid + 1);
    while (!text.empty() && IsTail(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  }
}

}  // namespace banto::json
