#include "proxy/ops/readable.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace banto::ops {
namespace {

std::string Decimal(double value, int digits) {
  std::array<char, 400> text{};  // 1e308 has 309 digits
  const int size = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<size_t>(size)};
}

bool IsPrintable(char c) { return c >= 0x20 && c < 0x7F; }

void AppendHex(unsigned value, int digits, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  while (digits-- > 0) out->push_back(kHex[(value >> (4 * digits)) & 15U]);
}

// The code of the character at text[*at], of valid UTF-8 beyond ASCII.
unsigned TakeUtf8(std::string_view text, size_t* at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(*at);
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  unsigned code = lead & (0x7FU >> size);
  for (size_t i = 1; i < size; ++i) code = (code << 6) | (byte(*at + i) & 0x3FU);
  *at += size;
  return code;
}

void AppendUnit(unsigned code, std::string* out) {
  out->append("\\u");
  AppendHex(code, 4, out);
}

}  // namespace

std::string ReadableCount(double count) {
  if (count < 9999.5) return Decimal(count, 0);
  // Each step ends where its last tenth would round up to the next.
  if (count < 999.95e3) return Decimal(count / 1e3, 1) + " k";
  if (count < 999.95e6) return Decimal(count / 1e6, 1) + " M";
  return Decimal(count / 1e9, 1) + " G";
}

std::string ReadableAmount(double amount) {
  const double size = std::fabs(amount);
  if (size == 0 || size >= 0.1) return Decimal(amount, 2);
  constexpr int kDigitsMax = 9;  // a log's amounts are billionths
  const int zeros = static_cast<int>(-std::floor(std::log10(size))) - 1;
  return Decimal(amount, std::min(zeros + 2, kDigitsMax));
}

std::string ReadablePercent(double share) {
  const double percent = share * 100;
  return Decimal(percent, percent > 0 && percent < 9.95 ? 1 : 0) + " %";
}

std::string ReadableName(std::string_view name, size_t bytes_max) {
  std::string text;
  for (const char c : name) {
    if (IsPrintable(c) && c != '\\') {
      text.push_back(c);
    } else {
      text.append("\\x");
      AppendHex(static_cast<unsigned char>(c), 2, &text);
    }
  }
  constexpr std::string_view kMore = "...";
  if (text.size() > bytes_max) text.replace(bytes_max - kMore.size(), std::string::npos, kMore);
  return text;
}

std::string AsciiJson(std::string_view json) {
  std::string text;
  for (size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (IsPrintable(c)) {
      text.push_back(c);
      ++at;
      continue;
    }
    unsigned code = static_cast<unsigned char>(c);
    if (code < 0x80) ++at;
    if (code >= 0x80) code = TakeUtf8(json, &at);
    constexpr unsigned kBeyond = 0x10000;  // two surrogates
    if (code >= kBeyond) AppendUnit(0xD800U + ((code - kBeyond) >> 10), &text);
    AppendUnit(code >= kBeyond ? 0xDC00U + ((code - kBeyond) & 0x3FFU) : code, &text);
  }
  return text;
}

}  // namespace banto::ops
