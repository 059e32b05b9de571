// Splits a head into lines. Pure; never reads outside the given bytes.
#ifndef BANTO_PROXY_HTTP_LINE_READER_H_
#define BANTO_PROXY_HTTP_LINE_READER_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/http/line_scan.h"

namespace banto::http {

// Returns the lines of a head one by one, without their CR LF. Line ends and colons are located 64
// bytes at a time rather than line by line (measured: perf/README.md).
class LineReader {
 public:
  enum class Line {
    kLine,     // a complete line (possibly empty)
    kMore,     // its end has not arrived yet
    kControl,  // a bare CR or LF, NUL or other control character: always invalid (RFC 9112 §2.2)
  };

  struct Bounds {
    const char* begin;
    const char* colon;  // the first one; in a line without one, some position not before its end
    const char* end;
    std::string_view text() const { return {begin, static_cast<size_t>(end - begin)}; }
  };

  explicit LineReader(std::string_view in)
      : begin_(in.data()), p_(begin_), end_(begin_ + in.size()), marked_(begin_), next_(begin_) {}

  // For kMore and kControl `line` is the part that is there.
  Line Next(Bounds* line) {
    const char* stop = end_;
    const char* colon = end_;
    for (;;) {
      if (marks_.colons != 0 && colon == end_) colon = marked_ + First(marks_.colons);
      if (marks_.controls != 0) {
        stop = marked_ + First(marks_.controls);
        break;
      }
      marked_ = std::max(p_, next_);
      if (marked_ == end_) break;
      marks_ = MarkBlock(begin_, marked_, end_);
      next_ = static_cast<size_t>(end_ - marked_) > kBlock ? marked_ + kBlock : end_;
    }
    *line = {p_, colon, stop};
    if (end_ - stop >= 2 && stop[0] == '\r' && stop[1] == '\n') {
      p_ = stop + 2;
      Forget(p_);
      return Line::kLine;
    }
    return stop == end_ || (*stop == '\r' && end_ - stop < 2) ? Line::kMore : Line::kControl;
  }

  // The start of the next line.
  size_t at() const { return static_cast<size_t>(p_ - begin_); }

 private:
  static size_t First(uint64_t marks) { return static_cast<unsigned>(std::countr_zero(marks)); }

  // Discards the marks before `p`.
  void Forget(const char* p) {
    const auto gone = static_cast<size_t>(p - marked_);
    marked_ = p;
    if (gone >= kBlock) {
      marks_ = {};
      return;
    }
    marks_.controls >>= gone;
    marks_.colons >>= gone;
  }

  const char* begin_;
  const char* p_;  // start of the next line
  const char* end_;
  const char* marked_;  // the bytes that marks_ describes: start
  const char* next_;    // ... and end
  Marks marks_;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_LINE_READER_H_
