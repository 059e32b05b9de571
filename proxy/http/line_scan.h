// The wide look over a head's bytes. Pure; never reads outside the given bytes.
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

// A control character other than HTAB. In a head only the CR LF pairs may be one (RFC 9110 §5.5),
// so that one look finds line ends and forbidden bytes.
inline bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

// What lies where among some bytes: bit i is for byte i.
struct Marks {
  uint32_t controls = 0;
  uint32_t colons = 0;
};

inline constexpr size_t kLook = 16;  // bytes of one look

inline Marks LookAtFew(const char* p, size_t size) {
  Marks marks;
  for (size_t i = 0; i < size; ++i) {
    if (IsControl(p[i])) marks.controls |= 1u << i;
    if (p[i] == ':') marks.colons |= 1u << i;
  }
  return marks;
}

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
inline Marks Look(const char* p) { return LookAtFew(p, kLook); }
#endif

// The first control character in [p, end), or `end`.
inline const char* FindControl(const char* p, const char* end) {
  for (; end - p >= static_cast<ptrdiff_t>(kLook); p += kLook) {
    const uint32_t controls = Look(p).controls;
    if (controls != 0) return p + std::countr_zero(controls);
  }
  while (p != end && !IsControl(*p)) ++p;
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

  // For kMore and kControl `line` is what there is of it. `colon` is where its first colon is, or
  // its size.
  Line Next(std::string_view* line, size_t* colon) {
    const char* stop = end_;
    const char* mark = end_;
    for (const char* p = p_; p < end_; p += kLook) {
      const Marks marks = LookAt(p);
      if (marks.colons != 0 && mark == end_) mark = p + std::countr_zero(marks.colons);
      if (marks.controls == 0) continue;
      stop = p + std::countr_zero(marks.controls);
      break;
    }
    *line = {p_, static_cast<size_t>(stop - p_)};
    *colon = static_cast<size_t>((mark < stop ? mark : stop) - p_);
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
  // The last bytes are looked at together with some that lie before them.
  Marks LookAt(const char* p) const {
    const auto left = static_cast<size_t>(end_ - p);
    if (left >= kLook) return Look(p);
    if (end_ - begin_ >= static_cast<ptrdiff_t>(kLook)) {
      const Marks marks = Look(end_ - kLook);
      return {marks.controls >> (kLook - left), marks.colons >> (kLook - left)};
    }
    return LookAtFew(p, left);
  }

  const char* begin_;
  const char* p_;
  const char* end_;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_LINE_SCAN_H_
