#include "proxy/http/json_run.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace banto::http {
namespace {

// The last bytes before `end`, and every byte on machines without a wide path.
JsonRun CopyBytes(const char* in, const char* end, char* out, size_t at, unsigned high) {
  for (; in + at < end; ++at) {
    const unsigned char c = static_cast<unsigned char>(in[at]);
    if (c < 0x20 || c == '"' || c == '\\') break;
    high |= c & 0x80U;
    out[at] = in[at];
  }
  return {at, high == 0};
}

#if defined(__x86_64__)
JsonRun CopySse2(const char* in, const char* end, char* out) {
  const size_t size = static_cast<size_t>(end - in);
  size_t at = 0;
  unsigned high = 0;
  for (; at + 16 <= size; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + at));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at), bytes);
    const unsigned top = static_cast<unsigned>(_mm_movemask_epi8(bytes));
    const unsigned stop = JsonStopMask(bytes);
    if (stop != 0) {
      high |= top & (stop ^ (stop - 1));
      return {at + static_cast<size_t>(__builtin_ctz(stop)), high == 0};
    }
    high |= top;
  }
  return CopyBytes(in, end, out, at, high);
}

__attribute__((target("avx2"))) JsonRun CopyAvx2(const char* in, const char* end, char* out) {
  const size_t size = static_cast<size_t>(end - in);
  const __m256i control_max = _mm256_set1_epi8(0x1F);
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i slash = _mm256_set1_epi8('\\');
  size_t at = 0;
  unsigned high = 0;
  for (; at + 32 <= size; at += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + at));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + at), bytes);
    const __m256i stops = _mm256_or_si256(
        _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, control_max), bytes),
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, quote), _mm256_cmpeq_epi8(bytes, slash)));
    const unsigned top = static_cast<unsigned>(_mm256_movemask_epi8(bytes));
    const unsigned stop = static_cast<unsigned>(_mm256_movemask_epi8(stops));
    if (stop != 0) {
      high |= top & (stop ^ (stop - 1));
      return {at + static_cast<size_t>(__builtin_ctz(stop)), high == 0};
    }
    high |= top;
  }
  const JsonRun rest = CopySse2(in + at, end, out + at);
  return {at + rest.size, high == 0 && rest.ascii};
}
#endif

}  // namespace

JsonRun CopyLongJsonRun(const char* in, const char* end, char* out) {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  return has_avx2 ? CopyAvx2(in, end, out) : CopySse2(in, end, out);
#else
  return CopyBytes(in, end, out, 0, 0);
#endif
}

}  // namespace banto::http
