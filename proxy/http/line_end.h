// Where a line ends. Pure.
#ifndef BANTO_PROXY_HTTP_LINE_END_H_
#define BANTO_PROXY_HTTP_LINE_END_H_

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace banto::http {

// The first CR or LF in [p, end), or `end`.
inline const char* FindLineEnd(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i cr = _mm_set1_epi8('\r');
  const __m128i lf = _mm_set1_epi8('\n');
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const int hits =
        _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, cr), _mm_cmpeq_epi8(bytes, lf)));
    if (hits != 0) return p + __builtin_ctz(static_cast<unsigned>(hits));
  }
#endif
  while (p != end && *p != '\r' && *p != '\n') ++p;
  return p;
}

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_LINE_END_H_
