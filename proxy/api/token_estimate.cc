#include "proxy/api/token_estimate.h"

#include <charconv>

#include "proxy/api/request_text.h"

namespace banto::api {
namespace {

constexpr int64_t kPerMessage = 4, kPerTool = 12;

// In parts of a token, of which all rates are whole numbers.
constexpr int64_t kParts = 14;
constexpr int64_t kAscii = 4, kTwoBytes = 7, kThreeBytes = 14, kFourBytes = 28;

// A surrogate is half of a character of four bytes.
int64_t PartsOfCode(uint32_t code) {
  if (code < 0x80) return kAscii;
  return code < 0x800 ? kTwoBytes : kThreeBytes;
}

// By the first byte of a character; its other bytes count nothing.
int64_t PartsOfByte(unsigned char byte) {
  if (byte < 0x80) return kAscii;
  if (byte < 0xC0) return 0;
  if (byte < 0xE0) return kTwoBytes;
  return byte < 0xF0 ? kThreeBytes : kFourBytes;
}

}  // namespace

int64_t EstimateTokens(JsonText text) {
  constexpr size_t kUnicode = 6, kShort = 2;  // of an escape: \u00e9, \n
  int64_t parts = 0;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      parts += PartsOfByte(static_cast<unsigned char>(text[at++]));
    } else if (text.substr(at, kUnicode).size() == kUnicode && text[at + 1] == 'u') {
      uint32_t code = 0;
      std::from_chars(text.data() + at + kShort, text.data() + at + kUnicode, code, 16);
      parts += PartsOfCode(code);
      at += kUnicode;
    } else {
      parts += kAscii;
      at += kShort;
    }
  }
  return (parts + kParts - 1) / kParts;
}

int64_t EstimateTokens(const NeutralRequest& request) {
  return EstimateTokens(AllText(request)) +
         kPerMessage * static_cast<int64_t>(request.messages.size()) +
         kPerTool * static_cast<int64_t>(request.tools.size()) +
         kTokensPerImage * CountImages(request);
}

}  // namespace banto::api
