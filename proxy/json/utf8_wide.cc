#include "proxy/json/utf8_wide.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#include <cstdint>
#include <cstring>
#endif

namespace banto::json {

#if defined(__x86_64__)
namespace {

// After Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte" (2021): every
// error shows in two adjacent bytes, and every kind of error is a product of three sets of nibbles.
// So each kind gets a bit, each nibble maps to the kinds it may take part in, and the AND of three
// look-ups yields the errors on which all three nibbles agree.
struct Mistake {
  uint8_t bit;
  // Sets of nibbles, bit n for nibble n: the first byte's halves and the second byte's upper half.
  uint16_t first_high, first_low, second_high;
};

constexpr uint8_t kTwoTails = 0x80;
constexpr uint16_t kAny = 0xFFFF, kAscii = 0x00FF, kTail = 0x0F00, kLead = 0xF000;

constexpr Mistake kMistakes[] = {
    {0x01, kLead, kAny, kAscii | kLead},  // a lead byte without continuation
    {0x02, kAscii, kAny, kTail},          // a continuation without a lead byte
    {0x04, 1 << 0xC, 0x0003, kTail},      // C0, C1: overlong, fits one byte
    {0x08, 1 << 0xE, 0x0001, 0x0300},     // E0 80..9F: overlong, fits two bytes
    {0x10, 1 << 0xE, 1 << 0xD, 0x0C00},   // ED A0..BF: a surrogate
    {0x20, 1 << 0xF, 0xFFF0, 0x0E00},     // F4 90.. and F5..FF: beyond U+10FFFF
    {0x40, 1 << 0xF, 0xFFE1, 0x0100},     // F0 80..8F: overlong, fits three bytes; F5..FF 80..8F
    {kTwoTails, kTail, kAny, kTail},      // an error unless a third or fourth byte belongs here
};

using Table = std::array<uint8_t, 16>;

constexpr Table MakeTable(uint16_t Mistake::*set) {
  Table table{};
  for (const Mistake& mistake : kMistakes) {
    for (unsigned nibble = 0; nibble < 16; ++nibble) {
      if ((mistake.*set >> nibble) & 1)
        table[nibble] = static_cast<uint8_t>(table[nibble] | mistake.bit);
    }
  }
  return table;
}

constexpr Table kFirstHigh = MakeTable(&Mistake::first_high);
constexpr Table kFirstLow = MakeTable(&Mistake::first_low);
constexpr Table kSecondHigh = MakeTable(&Mistake::second_high);

#define BANTO_AVX2 __attribute__((target("avx2")))

BANTO_AVX2 inline __m256i Load(const Table& table) {
  return _mm256_broadcastsi128_si256(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data())));
}

BANTO_AVX2 inline __m256i HighNibbles(__m256i bytes) {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
}

// The bytes N places earlier, the first N of them from the previous block.
template <int N>
BANTO_AVX2 inline __m256i Earlier(__m256i before, __m256i now) {
  return _mm256_alignr_epi8(now, _mm256_permute2x128_si256(before, now, 0x21), 16 - N);
}

// Non-zero where an error ends.
BANTO_AVX2 inline __m256i Mistakes(__m256i before, __m256i now) {
  const __m256i first = Earlier<1>(before, now);
  const __m256i pairs = _mm256_and_si256(
      _mm256_and_si256(
          _mm256_shuffle_epi8(Load(kFirstHigh), HighNibbles(first)),
          _mm256_shuffle_epi8(Load(kFirstLow), _mm256_and_si256(first, _mm256_set1_epi8(0x0F)))),
      _mm256_shuffle_epi8(Load(kSecondHigh), HighNibbles(now)));
  // Saturating subtraction leaves the top bit set where a byte is at least 0xE0, or 0xF0.
  const __m256i third = _mm256_subs_epu8(Earlier<2>(before, now), _mm256_set1_epi8(0xE0 - 0x80));
  const __m256i fourth = _mm256_subs_epu8(Earlier<3>(before, now), _mm256_set1_epi8(0xF0 - 0x80));
  const __m256i tail_due = _mm256_and_si256(_mm256_or_si256(third, fourth),
                                            _mm256_set1_epi8(static_cast<char>(kTwoTails)));
  return _mm256_xor_si256(pairs, tail_due);
}

BANTO_AVX2 bool CheckAvx2(std::string_view text) {
  __m256i before = _mm256_setzero_si256();
  __m256i mistakes = _mm256_setzero_si256();
  while (text.size() >= 32) {
    const __m256i now = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data()));
    mistakes = _mm256_or_si256(mistakes, Mistakes(before, now));
    before = now;
    text.remove_prefix(32);
  }
  // Pad the rest with zeros: a character cut off by the end of the text then meets a zero.
  char rest[32] = {};
  std::memcpy(rest, text.data(), text.size());
  const __m256i last = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rest));
  mistakes = _mm256_or_si256(mistakes, Mistakes(before, last));
  const bool none = _mm256_testz_si256(mistakes, mistakes) != 0;
  // Not left to the compiler, which omits it before some calls (json_run.cc).
  _mm256_zeroupper();
  return none;
}

#undef BANTO_AVX2

}  // namespace

bool HasWideUtf8() {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  return has_avx2;
}

bool IsUtf8Wide(std::string_view text) { return CheckAvx2(text); }
#else
bool HasWideUtf8() { return false; }
bool IsUtf8Wide(std::string_view) { return false; }
#endif

}  // namespace banto::json
