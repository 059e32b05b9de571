// The innermost loop of the JSON scan: skips the plain bytes of a string, many at a time, and
// copies them if kCopy. Pure; any thread.
#ifndef BANTO_PROXY_JSON_JSON_RUN_H_
#define BANTO_PROXY_JSON_JSON_RUN_H_

#include <cstddef>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace banto::json {

// The bytes up to the first quote, backslash or control character.
struct JsonRun {
  size_t size = 0;
  bool ascii = true;
};

// Text is copied in whole vectors, so a buffer needs this much slack at its end.
inline constexpr size_t kJsonRunSlackBytes = 32;

// The run at `in`. Never reads at or beyond `end`. kCopy: writes it to `out` in whole vectors,
// which may overwrite bytes after the run, but none beyond out + (end - in).
template <bool kCopy>
JsonRun ReadLongJsonRun(const char* in, const char* end, char* out);

#if defined(__SSE2__)
// One bit per byte, set where a string's plain bytes end.
inline unsigned JsonStopMask(__m128i bytes) {
  // With bit 1 flipped the quote directly follows the control characters (and the blank does not),
  // so one comparison finds both; min(x, y) == x replaces the unsigned x <= y that SSE2 lacks.
  const __m128i flipped = _mm_xor_si128(bytes, _mm_set1_epi8(2));
  const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(flipped, _mm_set1_epi8(0x20)), flipped);
  const __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(low, slash)));
}
#endif

// The size of an ASCII run that ends in a quote within the 16 bytes at `in`, which must be
// readable; 16 for any other run. Most strings are keys and short words and end here, so this case
// is worth inlining. kCopy: writes those 16 bytes.
template <bool kCopy>
inline size_t ReadShortJsonRun(const char* in, char* out) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
  if constexpr (kCopy) _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
  const unsigned stop = JsonStopMask(bytes);
  // A non-ASCII byte after the run is so rare that it may count as one inside.
  if (stop == 0 || _mm_movemask_epi8(bytes) != 0) return 16;
  const size_t size = static_cast<size_t>(__builtin_ctz(stop));
  return in[size] == '"' ? size : 16;
#else
  const JsonRun run = ReadLongJsonRun<kCopy>(in, in + 16, out);
  if (run.size == 16 || !run.ascii || in[run.size] != '"') return 16;
  if constexpr (kCopy) out[run.size] = '"';  // as the vector store would
  return run.size;
#endif
}

// The run at `in`, where short ones are likely: between escapes.
template <bool kCopy>
inline JsonRun ReadJsonRun(const char* in, const char* end, char* out) {
#if defined(__SSE2__)
  if (end - in >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
    if constexpr (kCopy) _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
    const unsigned stop = JsonStopMask(bytes);
    const unsigned high = static_cast<unsigned>(_mm_movemask_epi8(bytes));
    if (stop != 0) {
      return {static_cast<size_t>(__builtin_ctz(stop)), (high & (stop ^ (stop - 1))) == 0};
    }
  }
#endif
  return ReadLongJsonRun<kCopy>(in, end, out);
}

// The run at `in`, less than 16 bytes before the end of a text that is itself at least that long.
template <bool kCopy>
inline JsonRun ReadLastJsonRun(const char* in, const char* end, char* out) {
#if defined(__SSE2__)
  // Load the last vector of the text and use the part from `in` on: cheaper than byte by byte.
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end - 16));
  const size_t left = static_cast<size_t>(end - in);
  const unsigned stop = (JsonStopMask(bytes) >> (16 - left)) | (1U << left);
  const unsigned high = static_cast<unsigned>(_mm_movemask_epi8(bytes)) >> (16 - left);
  const size_t size = static_cast<size_t>(__builtin_ctz(stop));
  if constexpr (kCopy) std::memcpy(out, in, size);
  return {size, (high & (stop ^ (stop - 1))) == 0};
#else
  return ReadLongJsonRun<kCopy>(in, end, out);
#endif
}

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_RUN_H_
