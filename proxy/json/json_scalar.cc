#include "proxy/json/json_scalar.h"

#include <cstddef>
#include <cstring>

#include "proxy/json/json_token.h"

namespace banto::json {

template <bool kText>
JsonPlace ReadJsonLiteral(JsonPlace at, const char* end, std::string_view word) {
  if (static_cast<size_t>(end - at.in) < word.size() ||
      std::memcmp(at.in, word.data(), word.size()) != 0) {
    return {at.in, nullptr};
  }
  if constexpr (kText) {
    std::memcpy(at.out, word.data(), word.size());
    at.out += word.size();
  }
  at.in += word.size();
  return at;
}

template <bool kText>
JsonPlace ReadJsonNumbers(JsonPlace at, const char* end, bool in_array) {
  for (;;) {
    const size_t size = JsonNumberSize(at.in, end);
    if (size == 0) return {at.in, nullptr};
    if constexpr (kText) {
      // Copy sixteen bytes where there is room: nearly every number is shorter.
      if (size <= 16 && end - at.in >= 16) {
        std::memcpy(at.out, at.in, 16);
      } else {
        std::memcpy(at.out, at.in, size);
      }
      at.out += size;
    }
    at.in += size;
    if (!in_array || at.in == end || *at.in != ',') return at;
    const char* next = at.in + 1;
    while (next < end && IsJsonSpace(*next)) ++next;
    // If something else follows, the comma is left to the caller.
    if (next == end || (*next != '-' && (*next < '0' || *next > '9'))) return at;
    at.in = next;
    if constexpr (kText) *at.out++ = ',';
  }
}

const char* SkipJsonBrackets(const char* in, const char* end) {
  size_t depth = 0;
  bool in_string = false;
  for (; in < end; ++in) {
    const char c = *in;
    if (in_string) {
      if (c == '\\' && in + 1 < end) ++in;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ']' || c == '}') && --depth == 0) {
      return in + 1;
    }
  }
  return nullptr;
}

template JsonPlace ReadJsonLiteral<true>(JsonPlace, const char*, std::string_view);
template JsonPlace ReadJsonLiteral<false>(JsonPlace, const char*, std::string_view);
template JsonPlace ReadJsonNumbers<true>(JsonPlace, const char*, bool);
template JsonPlace ReadJsonNumbers<false>(JsonPlace, const char*, bool);

}  // namespace banto::json
