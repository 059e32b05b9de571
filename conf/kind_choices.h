// The names of the kinds of workers, as the schema writes choices. Constant data; any thread.
#ifndef BANTO_CONF_KIND_CHOICES_H_
#define BANTO_CONF_KIND_CHOICES_H_

#include <array>
#include <string_view>

#include "proxy/api/engine_traits.h"

namespace banto::conf {

// Hands `take` each piece of "auto | vllm | …".
template <typename Take>
constexpr void ForEachPiece(Take take) {
  for (const api::EngineTraits& traits : api::kEngineTraits) {
    if (&traits != api::kEngineTraits.data()) take(std::string_view(" | "));
    take(std::string_view(traits.name));
  }
}

constexpr size_t KindChoicesSize() {
  size_t size = 0;
  ForEachPiece([&](std::string_view piece) { size += piece.size(); });
  return size;
}

inline constexpr auto kKindChoices = [] {
  std::array<char, KindChoicesSize()> text{};
  size_t end = 0;
  ForEachPiece([&](std::string_view piece) {
    for (const char c : piece) text[end++] = c;
  });
  return text;
}();

}  // namespace banto::conf

#endif  // BANTO_CONF_KIND_CHOICES_H_
