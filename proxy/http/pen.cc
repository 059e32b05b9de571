#include "proxy/http/pen.h"

#include <charconv>

namespace banto::http {

void Pen::PutCleaned(std::string_view text) {
  const char* p = text.data();
  const char* end = p + text.size();
  for (;;) {
    const char* stop = FindControl(p, end);
    Put({p, static_cast<size_t>(stop - p)});
    if (stop == end) return;
    p = stop + 1;
  }
}

void Pen::PutCleanedField(std::string_view start, std::string_view value) {
  Put(start);
  PutCleaned(value);
  Put("\r\n");
}

void Pen::PutNumber(uint64_t value, int base) {
  const auto done = std::to_chars(p_, end_, value, base);
  if (done.ec != std::errc()) std::abort();
  p_ = done.ptr;
}

}  // namespace banto::http
