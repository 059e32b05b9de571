// Copies selected field lines of a head, in runs of neighbours. Pure.
#ifndef BANTO_PROXY_HTTP_FIELD_LINES_H_
#define BANTO_PROXY_HTTP_FIELD_LINES_H_

#include <cstddef>
#include <string_view>

#include "proxy/http/message.h"

namespace banto::http {

// Calls `put` with each run of lines of `head` for which drops(FieldEntry) is false, unchanged. A
// parsed head has one line per field (no folding) and no control characters, so neighbouring lines
// are contiguous bytes.
template <class Drops, class Put>
void ForEachRun(const Head& head, Drops drops, Put put) {
  constexpr size_t kEmptyLineSize = 2;
  constexpr size_t kNone = 0;  // no field line starts at 0
  const std::string_view bytes = head.bytes();
  size_t run = kNone;
  for (const FieldEntry& entry : head.entries()) {
    if (!drops(entry)) {
      if (run == kNone) run = entry.name_at;
    } else if (run != kNone) {
      put(bytes.substr(run, entry.name_at - run));
      run = kNone;
    }
  }
  if (run != kNone) put(bytes.substr(run, bytes.size() - kEmptyLineSize - run));
}

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_LINES_H_
