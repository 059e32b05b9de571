#include "proxy/json/json_run.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace banto::json {
namespace {

// The last bytes before `end`, or every byte on machines without a wide path.
template <bool kCopy>
JsonRun ReadBytes(const char* in, const char* end, char* out, size_t at, unsigned high) {
  for (; in + at < end; ++at) {
    const unsigned char c = static_cast<unsigned char>(in[at]);
    if (c < 0x20 || c == '"' || c == '\\') break;
    high |= c & 0x80U;
    if constexpr (kCopy) out[at] = in[at];
  }
  return {at, high == 0};
}

#if defined(__x86_64__)
template <bool kCopy>
JsonRun ReadSse2(const char* in, const char* end, char* out) {
  const size_t size = static_cast<size_t>(end - in);
  size_t at = 0;
  unsigned high = 0;
  for (; at + 16 <= size; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + at));
    if constexpr (kCopy) _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at), bytes);
    const unsigned top = static_cast<unsigned>(_mm_movemask_epi8(bytes));
    const unsigned stop = JsonStopMask(bytes);
    if (stop != 0) {
      high |= top & (stop ^ (stop - 1));
      return {at + static_cast<size_t>(__builtin_ctz(stop)), high == 0};
    }
    high |= top;
  }
  return ReadBytes<kCopy>(in, end, out, at, high);
}

#define BANTO_AVX2 __attribute__((target("avx2")))

template <bool kCopy>
BANTO_AVX2 inline __m256i Pass32(const char* in, char* out) {
  const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in));
  if constexpr (kCopy) _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), bytes);
  return bytes;
}

// Like JsonStopMask, before the mask is taken.
BANTO_AVX2 inline __m256i Stops(__m256i bytes) {
  const __m256i flipped = _mm256_xor_si256(bytes, _mm256_set1_epi8(2));
  const __m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(flipped, _mm256_set1_epi8(0x20)), flipped);
  return _mm256_or_si256(low, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')));
}

// The same plus non-ASCII bytes, which are negative, in the sign bits only: saves an operation, and
// nothing has to be remembered about what was seen.
BANTO_AVX2 inline __m256i AsciiStops(__m256i bytes) {
  const __m256i flipped = _mm256_xor_si256(bytes, _mm256_set1_epi8(2));
  return _mm256_or_si256(_mm256_subs_epi8(flipped, _mm256_set1_epi8(0x21)),
                         _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')));
}

BANTO_AVX2 inline unsigned Mask(__m256i bytes) {
  return static_cast<unsigned>(_mm256_movemask_epi8(bytes));
}

// How far the 32-byte loop got.
struct Wide {
  const char* in;
  unsigned high = 0;  // not 0: a non-ASCII byte came before `in`
  bool stopped = false;
};

template <bool kCopy>
BANTO_AVX2 inline Wide ReadVectors(const char* in, const char* end, char* out) {
  // Plain ASCII first. The 64 bytes that end it are read again, once.
  for (; end - in >= 64; in += 64) {
    const __m256i a = Pass32<kCopy>(in, out);
    const __m256i b = Pass32<kCopy>(in + 32, out + 32);
    if (Mask(_mm256_or_si256(AsciiStops(a), AsciiStops(b))) != 0) break;
    if constexpr (kCopy) out += 64;
  }
  unsigned high = 0;
  for (; end - in >= 32; in += 32) {
    const __m256i bytes = Pass32<kCopy>(in, out);
    const unsigned top = Mask(bytes);
    const unsigned stop = Mask(Stops(bytes));
    if (stop != 0) return {in + __builtin_ctz(stop), high | (top & (stop ^ (stop - 1))), true};
    high |= top;
    if constexpr (kCopy) out += 32;
  }
  return {in, high};
}

template <bool kCopy>
BANTO_AVX2 JsonRun ReadAvx2(const char* const begin, const char* end, char* out) {
  const Wide wide = ReadVectors<kCopy>(begin, end, out);
  // The compiler omits this before calls that it knows to be SSE. With dirty upper halves every
  // later SSE instruction waits for them (measured: perf/README.md).
  _mm256_zeroupper();
  const auto size = static_cast<size_t>(wide.in - begin);
  if (wide.stopped) return {size, wide.high == 0};
  const JsonRun rest = ReadSse2<kCopy>(wide.in, end, kCopy ? out + size : out);
  return {size + rest.size, wide.high == 0 && rest.ascii};
}

#undef BANTO_AVX2
#endif

}  // namespace

template <bool kCopy>
JsonRun ReadLongJsonRun(const char* in, const char* end, char* out) {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  return has_avx2 ? ReadAvx2<kCopy>(in, end, out) : ReadSse2<kCopy>(in, end, out);
#else
  return ReadBytes<kCopy>(in, end, out, 0, 0);
#endif
}

template JsonRun ReadLongJsonRun<true>(const char* in, const char* end, char* out);
template JsonRun ReadLongJsonRun<false>(const char* in, const char* end, char* out);

}  // namespace banto::json
