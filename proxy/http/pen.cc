#include "proxy/http/pen.h"

#include <charconv>

#include "proxy/http/line_scan.h"

namespace banto::http {

void Pen::PutClean(std::string_view text) {
  const char* p = text.data();
  const char* end = p + text.size();
  for (;;) {
    const char* stop = FindControl(p, end);
    Put({p, static_cast<size_t>(stop - p)});
    if (stop == end) return;
    p = stop + 1;
  }
}

void Pen::PutNumber(uint64_t value, int base) {
  const auto done = std::to_chars(p_, end_, value, base);
  if (done.ec != std::errc()) std::abort();
  p_ = done.ptr;
}

}  // namespace banto::http
