// The wide look over a head's bytes. Pure; never reads outside [begin, end).
#ifndef BANTO_PROXY_HTTP_LINE_SCAN_H_
#define BANTO_PROXY_HTTP_LINE_SCAN_H_

#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace banto::http {

// The first control character other than HTAB in [p, end), or `end`. In a head only the CR LF pairs
// may be one (RFC 9110 §5.5), so this finds line ends and forbidden bytes in the same look.
inline const char* FindControl(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i last_control = _mm_set1_epi8(0x1f);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i del = _mm_set1_epi8(0x7f);
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i hit =
        _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), low), _mm_cmpeq_epi8(bytes, del));
    const int mask = _mm_movemask_epi8(hit);
    if (mask != 0) return p + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  for (; p != end; ++p) {
    const auto c = static_cast<unsigned char>(*p);
    if ((c < 0x20 && c != '\t') || c == 0x7f) break;
  }
  return p;
}

// Hands out the lines of a head, one by one, without their CR LF.
class LineReader {
 public:
  enum class Line {
    kLine,     // a whole line (perhaps an empty one)
    kMore,     // its end has not come yet
    kControl,  // a bare CR or LF, NUL or another control character: never valid (RFC 9112 §2.2)
  };

  LineReader(std::string_view in, size_t at)
      : begin_(in.data()), p_(in.data() + at), end_(in.data() + in.size()) {}

  // For kMore and kControl `line` is what there is of it.
  Line Next(std::string_view* line) {
    const char* stop = FindControl(p_, end_);
    *line = {p_, static_cast<size_t>(stop - p_)};
    if (stop == end_) return Line::kMore;
    if (*stop != '\r') return Line::kControl;
    if (end_ - stop < 2) return Line::kMore;
    if (stop[1] != '\n') return Line::kControl;
    p_ = stop + 2;
    return Line::kLine;
  }

  // Where the next line begins.
  size_t at() const { return static_cast<size_t>(p_ - begin_); }

 private:
  const char* begin_;
  const char* p_;
  const char* end_;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_LINE_SCAN_H_
