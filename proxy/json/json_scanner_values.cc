// The part of JsonScanner that handles values other than strings, and nesting that is too deep.
#include <cstring>

#include "proxy/json/json_scanner.h"
#include "proxy/json/json_token.h"

namespace banto::json {

template <bool kText>
JsonPlace JsonScanner<kText>::ReadLiteral(JsonPlace at, std::string_view word) {
  if (static_cast<size_t>(end_ - at.in) < word.size() ||
      std::memcmp(at.in, word.data(), word.size()) != 0) {
    return Broken(at.in), JsonPlace{};
  }
  if constexpr (kText) {
    std::memcpy(at.out, word.data(), word.size());
    at.out += word.size();
  }
  at.in += word.size();
  return at;
}

// In an array it also reads the numbers that follow: a prompt of token ids has thousands.
template <bool kText>
JsonPlace JsonScanner<kText>::ReadNumber(JsonPlace at) {
  const bool in_array = !work_->frames.empty() && !work_->frames.back().is_object;
  for (;;) {
    const size_t size = JsonNumberSize(at.in, end_);
    if (size == 0) return Broken(at.in), JsonPlace{};
    if constexpr (kText) {
      // Copy sixteen bytes where there is room: nearly every number is shorter.
      if (size <= 16 && end_ - at.in >= 16) {
        std::memcpy(at.out, at.in, 16);
      } else {
        std::memcpy(at.out, at.in, size);
      }
      at.out += size;
    }
    at.in += size;
    if (!in_array || at.in == end_ || *at.in != ',') return at;
    const char* next = at.in + 1;
    while (next < end_ && IsJsonSpace(*next)) ++next;
    // If something else follows, the comma is left to FinishValue.
    if (next == end_ || (*next != '-' && (*next < '0' || *next > '9'))) return at;
    at.in = next;
    Put(at, ',');
  }
}

// Without frames brackets cannot be matched by type; the status tells callers not to rely on it.
template <bool kText>
JsonPlace JsonScanner<kText>::SkipDeep(JsonPlace at) {
  Note(JsonStatus::kTooDeep, at.in);
  size_t depth = 0;
  bool in_string = false;
  for (; at.in < end_; ++at.in) {
    const char c = *at.in;
    if (in_string) {
      if (c == '\\' && at.in + 1 < end_) ++at.in;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ']' || c == '}') && --depth == 0) {
      ++at.in;
      return at;
    }
  }
  return {};
}

template JsonPlace JsonScanner<true>::ReadLiteral(JsonPlace, std::string_view);
template JsonPlace JsonScanner<false>::ReadLiteral(JsonPlace, std::string_view);
template JsonPlace JsonScanner<true>::ReadNumber(JsonPlace);
template JsonPlace JsonScanner<false>::ReadNumber(JsonPlace);
template JsonPlace JsonScanner<true>::SkipDeep(JsonPlace);
template JsonPlace JsonScanner<false>::SkipDeep(JsonPlace);

}  // namespace banto::json
