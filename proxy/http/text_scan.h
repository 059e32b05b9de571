// SIMD scan of a field name or a request target. Pure.
#ifndef BANTO_PROXY_HTTP_TEXT_SCAN_H_
#define BANTO_PROXY_HTTP_TEXT_SCAN_H_

#include <cstddef>
#include <string_view>

#include "proxy/http/char_class.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace banto::http {

#if defined(__SSE2__)
// One bit per byte: set for a letter, digit or '-'.
inline unsigned MarkPlain(const char* p) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const auto within = [](__m128i text, char first, char count) {
    const __m128i from_first = _mm_sub_epi8(text, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(from_first, _mm_set1_epi8(count)), from_first);
  };
  const __m128i letter = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 25);
  const __m128i digit = within(bytes, '0', 9);
  const __m128i dash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'));
  const __m128i plain = _mm_or_si128(_mm_or_si128(letter, digit), dash);
  return static_cast<unsigned>(_mm_movemask_epi8(plain));
}
#endif

// Whether `name` consists of letters, digits and '-' only, as nearly all do, and is thus a token
// without underscore. The `before` bytes in front of it must be readable. False means that a closer
// look is needed.
inline bool IsPlainName(std::string_view name, size_t before) {
#if defined(__SSE2__)
  constexpr size_t kWide = 16;
  constexpr unsigned kAll = 0xffff;
  if (name.size() + before < kWide || name.empty()) return false;
  const char* end = name.data() + name.size();
  for (const char* p = name.data(); end - p > static_cast<ptrdiff_t>(kWide); p += kWide) {
    if (MarkPlain(p) != kAll) return false;
  }
  const unsigned wanted = name.size() < kWide ? kAll & (kAll << (kWide - name.size())) : kAll;
  return (MarkPlain(end - kWide) & wanted) == wanted;
#else
  static_cast<void>(before);
  return AllAre(name, kTokenChar) && name.find_first_of("!#$%&'*+.^_`|~") == name.npos;
#endif
}

// Whether every byte of `target` is a kTargetChar. Two steps for a usual target.
inline bool IsTargetText(std::string_view target) {
#if defined(__SSE2__)
  constexpr ptrdiff_t kWide = 16;
  const auto mark = [](const char* p) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i space = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x20)), bytes);
    const __m128i del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
    const __m128i hash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('#'));
    return _mm_or_si128(_mm_or_si128(space, del), hash);
  };
  const char* p = target.data();
  const char* end = p + target.size();
  if (end - p >= kWide) {
    __m128i marks = mark(end - kWide);
    for (; end - p > kWide; p += kWide) marks = _mm_or_si128(marks, mark(p));
    return _mm_movemask_epi8(marks) == 0;
  }
#endif
  return AllAre(target, kTargetChar);
}

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_TEXT_SCAN_H_
