// Joins constant arrays into one at compile time.
#ifndef BANTO_PROXY_BASE_JOIN_H_
#define BANTO_PROXY_BASE_JOIN_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace banto::base {

template <typename Row, size_t... kSizes>
constexpr auto Join(const Row (&... parts)[kSizes]) {
  std::array<Row, (kSizes + ...)> all{};
  auto at = all.begin();
  ((at = std::copy(std::begin(parts), std::end(parts), at)), ...);
  return all;
}

}  // namespace banto::base

#endif  // BANTO_PROXY_BASE_JOIN_H_
