// The innermost loop of the JSON scan: copies the plain bytes of a string, many at a time. Pure;
// any thread.
#ifndef BANTO_PROXY_HTTP_JSON_RUN_H_
#define BANTO_PROXY_HTTP_JSON_RUN_H_

#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace banto::http {

// Bytes up to the first quote, backslash or control character.
struct JsonRun {
  size_t size = 0;
  bool ascii = true;
};

// A run is stored in whole vectors, so `out` must have this much room beyond the run's end.
inline constexpr size_t kJsonRunSlackBytes = 32;

// Copies the run at `in` to `out`. Never reads at or past `end`.
JsonRun CopyLongJsonRun(const char* in, const char* end, char* out);

#if defined(__SSE2__)
// One bit a byte: set where a string's plain bytes end.
inline unsigned JsonStopMask(__m128i bytes) {
  // min(byte, 0x1F) == byte finds control characters without SSE2's missing unsigned compare.
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(
      _mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, slash))));
}
#endif

// The part of a run within the 16 bytes at `in`, which must be readable; 16 when it does not end
// there.
inline JsonRun CopyFirstJsonRun(const char* in, char* out) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
  const unsigned stop = JsonStopMask(bytes) | 0x10000;
  const unsigned high = static_cast<unsigned>(_mm_movemask_epi8(bytes));
  return {static_cast<size_t>(__builtin_ctz(stop)), (high & (stop ^ (stop - 1))) == 0};
#else
  const JsonRun run = CopyLongJsonRun(in, in + 16, out);
  if (run.size < 16) out[run.size] = in[run.size];  // as the vector store does
  return run;
#endif
}

// Most strings are keys and small words and end within the first vector: that case is worth
// inlining.
inline JsonRun CopyJsonRun(const char* in, const char* end, char* out) {
  if (end - in >= 16) {
    const JsonRun run = CopyFirstJsonRun(in, out);
    if (run.size < 16) return run;
  }
  return CopyLongJsonRun(in, end, out);
}

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_JSON_RUN_H_
