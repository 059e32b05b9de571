// SIMD scan of a head's bytes. Pure; never reads outside the given bytes.
#ifndef BANTO_PROXY_HTTP_LINE_SCAN_H_
#define BANTO_PROXY_HTTP_LINE_SCAN_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace banto::http {

// A control character other than HTAB. Within a head only CR LF may be one (RFC 9110 §5.5), so that
// a single test finds line ends and forbidden bytes.
inline bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

// Positions within up to 64 bytes: bit i stands for byte i.
struct Marks {
  uint64_t controls = 0;
  uint64_t colons = 0;
};

inline Marks MarkFew(const char* p, size_t size) {
  Marks marks;
  for (size_t i = 0; i < size; ++i) {
    if (IsControl(p[i])) marks.controls |= uint64_t{1} << i;
    if (p[i] == ':') marks.colons |= uint64_t{1} << i;
  }
  return marks;
}

inline constexpr size_t kLook = 16;  // bytes per vector

#if defined(__SSE2__)
inline uint32_t MarkControls(__m128i bytes) {
  const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  const __m128i tab = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'));
  const __m128i del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_or_si128(_mm_andnot_si128(tab, low), del)));
}

inline Marks Look(const char* p) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const __m128i colon = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(':'));
  return {MarkControls(bytes), static_cast<uint32_t>(_mm_movemask_epi8(colon))};
}
#else
inline Marks Look(const char* p) { return MarkFew(p, kLook); }
#endif

inline constexpr size_t kBlock = 64;

// The marks of the first 64 bytes of [p, end), or of all if there are fewer. [begin, p) must be
// readable too.
Marks MarkBlock(const char* begin, const char* p, const char* end);

// The first control character in [p, end), or `end`.
inline const char* FindControl(const char* p, const char* end) {
  for (; end - p >= static_cast<ptrdiff_t>(kLook); p += kLook) {
    const uint64_t controls = Look(p).controls;
    if (controls != 0) return p + std::countr_zero(controls);
  }
  while (p != end && !IsControl(*p)) ++p;
  return p;
}

// Whether `text` has none. Made for short values.
bool HasNoControl(std::string_view text);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_LINE_SCAN_H_
