// Lower-case hex digits, sixteen at a time. Pure.
#ifndef BANTO_PROXY_HTTP_HEX_H_
#define BANTO_PROXY_HTTP_HEX_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace banto::http {

inline constexpr size_t kHexDigits = 16;

// Writes the digits of `bits` to `out`, most significant first.
inline void PutHex(uint64_t bits, char* out) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  for (int half = 0; half < 2; ++half, bits <<= 32, out += kHexDigits / 2) {
    uint64_t digits = bits >> 32;  // every four bits move to a byte of their own
    digits = (digits << 16 | digits) & 0x0000FFFF0000FFFF;
    digits = (digits << 8 | digits) & 0x00FF00FF00FF00FF;
    digits = (digits << 4 | digits) & 0x0F0F0F0F0F0F0F0F;
    const uint64_t letters = (digits + 6 * kOnes) >> 4 & kOnes;  // 1 for digits of 10 and more
    digits += '0' * kOnes + ('a' - '9' - 1) * letters;
    if constexpr (std::endian::native == std::endian::little) digits = __builtin_bswap64(digits);
    std::memcpy(out, &digits, sizeof digits);
  }
}

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_HEX_H_
