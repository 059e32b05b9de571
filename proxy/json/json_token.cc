#include "proxy/json/json_token.h"

#include <array>
#include <cstring>
#include <string_view>

#include "proxy/json/json_run.h"
#include "proxy/json/utf8.h"

namespace banto::json {
namespace {

constexpr uint32_t kNotHex = 0x10000;  // greater than any four digits, and survives the shifts

constexpr std::array<uint32_t, 256> MakeHexTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t c = 0; c < 256; ++c) {
    table[c] = c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : kNotHex;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kHex = MakeHexTable();

uint32_t Hex(char c) { return kHex[static_cast<unsigned char>(c)]; }

// The value of four hex digits; kNotHex or more if they are not.
uint32_t Hex4(const char* p) {
  return (Hex(p[0]) << 12) | (Hex(p[1]) << 8) | (Hex(p[2]) << 4) | Hex(p[3]);
}

bool IsHighSurrogate(uint32_t c) { return (c & 0xFFFFFC00U) == 0xD800; }
bool IsLowSurrogate(uint32_t c) { return (c & 0xFFFFFC00U) == 0xDC00; }
bool IsSurrogate(uint32_t c) { return (c & 0xFFFFF800U) == 0xD800; }

JsonEscape ReadUnicodeEscape(const char* in, const char* end) {
  if (end - in < 6) return {};
  const uint32_t code = Hex4(in + 2);
  if (code >= kNotHex) return {};
  if (IsHighSurrogate(code) && end - in >= 12 && in[6] == '\\' && in[7] == 'u') {
    const uint32_t low = Hex4(in + 8);
    if (IsLowSurrogate(low)) return {0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), 12};
  }
  return {code, 6};
}

// Returns the position after the last digit.
const char* SkipDigits(const char* in, const char* end) {
  while (in < end && *in >= '0' && *in <= '9') ++in;
  return in;
}

// Escapes that are their own canonical spelling: two bytes, copied unchanged.
constexpr std::array<bool, 256> MakeShortTable() {
  std::array<bool, 256> table{};
  for (const char c : {'"', '\\', 'b', 'f', 'n', 'r', 't'})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> kShort = MakeShortTable();

char* PutEscape(const char* in, JsonEscape escape, bool lone_surrogate, char* out) {
  if (!lone_surrogate) return PutJsonChar(escape.code, out);
  std::memmove(out, in, escape.size);
  return out + escape.size;
}

// Reads consecutive escapes at *in (text in \uXXXX form consists of nothing else).
template <bool kCopy>
JsonStringEnd ReadEscapes(const char** in_out, const char* end, char** out_out) {
  JsonStringEnd verdict = JsonStringEnd::kClosed;
  const char* in = *in_out;
  char* out = *out_out;
  while (in < end && *in == '\\') {
    if (end - in >= 2 && kShort[static_cast<unsigned char>(in[1])]) {
      if constexpr (kCopy) {
        std::memcpy(out, in, 2);
        out += 2;
      }
      in += 2;
      continue;
    }
    const JsonEscape escape = ReadJsonEscape(in, end);
    if (escape.size == 0) {
      verdict = JsonStringEnd::kBroken;
      break;
    }
    const bool lone = IsSurrogate(escape.code);
    if (lone) verdict = JsonStringEnd::kBadUtf8;
    if constexpr (kCopy) out = PutEscape(in, escape, lone, out);
    in += escape.size;
  }
  *in_out = in;
  *out_out = out;
  return verdict;
}

}  // namespace

JsonEscape ReadJsonEscape(const char* in, const char* end) {
  if (end - in < 2) return {};
  switch (in[1]) {
    case 'u':
      return ReadUnicodeEscape(in, end);
    case '"':
    case '\\':
    case '/':
      return {static_cast<unsigned char>(in[1]), 2};
    case 'b':
      return {'\b', 2};
    case 'f':
      return {'\f', 2};
    case 'n':
      return {'\n', 2};
    case 'r':
      return {'\r', 2};
    case 't':
      return {'\t', 2};
    default:
      return {};
  }
}

char* PutJsonChar(uint32_t code, char* out) {
  if (code >= 0x20 && code != '"' && code != '\\') return PutUtf8(code, out);
  *out++ = '\\';
  // Indexed by code: the letter of the short escape, or 'u' if it has none.
  constexpr std::string_view kLetters = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";
  const char letter = code < 0x20 ? kLetters[code] : static_cast<char>(code);
  *out++ = letter;
  if (letter != 'u') return out;
  *out++ = '0';
  *out++ = '0';
  *out++ = static_cast<char>('0' + (code >> 4));
  *out++ = "0123456789abcdef"[code & 0xF];
  return out;
}

template <bool kCopy>
JsonStringEnd ReadJsonString(const char* begin, const char** in, const char* end, char** out) {
  JsonStringEnd verdict = JsonStringEnd::kClosed;
  for (;;) {
    const JsonRun run = end - *in >= 16 || end - begin < 16
                            ? ReadJsonRun<kCopy>(*in, end, *out)
                            : ReadLastJsonRun<kCopy>(*in, end, *out);
    if (!run.ascii && !IsUtf8({*in, run.size})) verdict = JsonStringEnd::kBadUtf8;
    *in += run.size;
    if constexpr (kCopy) *out += run.size;
    if (*in == end) return JsonStringEnd::kBroken;
    if (**in == '"') {
      ++*in;
      if constexpr (kCopy) *(*out)++ = '"';
      return verdict;
    }
    if (**in != '\\') return JsonStringEnd::kBroken;
    const JsonStringEnd escapes = ReadEscapes<kCopy>(in, end, out);
    if (escapes == JsonStringEnd::kBroken) return escapes;
    if (escapes == JsonStringEnd::kBadUtf8) verdict = escapes;
  }
}

template JsonStringEnd ReadJsonString<true>(const char*, const char**, const char*, char**);
template JsonStringEnd ReadJsonString<false>(const char*, const char**, const char*, char**);

size_t JsonAnyNumberSize(const char* const begin, const char* end) {
  const char* in = begin;
  if (in < end && *in == '-') ++in;
  const char* const whole = in;
  in = SkipDigits(in, end);
  bool good = in > whole && (*whole != '0' || in == whole + 1);
  if (in < end && *in == '.') {
    const char* const fraction = ++in;
    in = SkipDigits(in, end);
    good = good && in > fraction;
  }
  if (in < end && (*in | 0x20) == 'e') {
    ++in;
    if (in < end && (*in == '+' || *in == '-')) ++in;
    const char* const exponent = in;
    in = SkipDigits(in, end);
    good = good && in > exponent;
  }
  return good ? static_cast<size_t>(in - begin) : 0;
}

}  // namespace banto::json
