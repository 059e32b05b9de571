// Copies chosen field lines of a head, whole runs at a time. Pure.
#ifndef BANTO_PROXY_HTTP_FIELD_LINES_H_
#define BANTO_PROXY_HTTP_FIELD_LINES_H_

#include <string>

#include "proxy/http/message.h"

namespace banto::http {

// Appends the lines of `head` for which `keeps(Field)` holds, as they came. A parsed head has one
// line a field (no folding) and no control character in it, so lines that are neighbours are one
// stretch of bytes.
template <class Keeps>
void AppendFieldLines(const Head& head, Keeps keeps, std::string* out) {
  const char* run = nullptr;
  const auto flush = [&](const char* end) {
    if (run != nullptr) out->append(run, static_cast<size_t>(end - run));
    run = nullptr;
  };
  for (size_t i = 0; i < head.field_count(); ++i) {
    const Field field = head.field(i);
    if (!keeps(field)) {
      flush(field.name.data());
    } else if (run == nullptr) {
      run = field.name.data();
    }
  }
  constexpr size_t kEmptyLineSize = 2;
  flush(head.bytes().data() + head.bytes().size() - kEmptyLineSize);
}

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_LINES_H_
