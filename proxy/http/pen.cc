#include "proxy/http/pen.h"

#include <charconv>

namespace banto::http {

// Makes room for at least `size` bytes.
void Pen::Grow(size_t size) {
  const auto used = static_cast<size_t>(p_ - out_->data());
  out_->resize(2 * used + size);
  p_ = out_->data() + used;
  end_ = out_->data() + out_->size();
}

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
  Need(kNumberMax);
  p_ = std::to_chars(p_, end_, value, base).ptr;
}

}  // namespace banto::http
