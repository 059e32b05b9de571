#include "proxy/http/line_scan.h"

namespace banto::http {
namespace {

void Join(Marks marks, size_t at, Marks* all) {
  all->controls |= marks.controls << at;
  all->colons |= marks.colons << at;
}

}  // namespace

Marks MarkBlock(const char* begin, const char* p, const char* end) {
  const auto left = static_cast<size_t>(end - p);
  Marks all;
  if (left >= kBlock) {
    Join(Look(p), 0, &all);
    Join(Look(p + kLook), kLook, &all);
    Join(Look(p + 2 * kLook), 2 * kLook, &all);
    Join(Look(p + 3 * kLook), 3 * kLook, &all);
    return all;
  }
  if (end - begin < static_cast<ptrdiff_t>(kLook)) return MarkFew(p, left);
  size_t at = 0;
  for (; at + kLook <= left; at += kLook) Join(Look(p + at), at, &all);
  if (at == left) return all;
  // The last bytes are scanned together with some that precede them.
  const Marks last = Look(end - kLook);
  const size_t seen = at + kLook - left;
  Join({last.controls >> seen, last.colons >> seen}, at, &all);
  return all;
}

bool HasNoControl(std::string_view text) {
  const char* p = text.data();
  const char* end = p + text.size();
#if defined(__SSE2__)
  if (text.size() >= kLook) {
    uint32_t controls = 0;
    for (; end - p > static_cast<ptrdiff_t>(kLook); p += kLook) {
      controls |= MarkControls(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }
    return (controls |
            MarkControls(_mm_loadu_si128(reinterpret_cast<const __m128i*>(end - kLook)))) == 0;
  }
  if (text.size() >= kLook / 2) {
    const __m128i first = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
    const __m128i last = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(end - kLook / 2));
    return MarkControls(_mm_unpacklo_epi64(first, last)) == 0;
  }
#endif
  return FindControl(p, end) == end;
}

}  // namespace banto::http
