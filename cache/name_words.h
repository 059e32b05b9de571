// Splits a member's name into words, however it is spelt. Pure.
#ifndef BANTO_CACHE_NAME_WORDS_H_
#define BANTO_CACHE_NAME_WORDS_H_

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace banto::cache {

// No API has names this long, and the cost is per byte.
inline constexpr size_t kNameBytesMax = 256;

// In lower case, with one blank before and after each word: web_search, webSearch and $web-search
// are all " web search ". A name of more than kNameBytesMax yields " ".
std::string WordsOf(std::string_view name);

template <size_t kCount>
bool HasAny(std::string_view words, const std::string_view (&parts)[kCount]) {
  return std::any_of(std::begin(parts), std::end(parts),
                     [words](std::string_view part) { return words.find(part) != words.npos; });
}

template <size_t kCount>
bool EndsInAny(std::string_view words, const std::string_view (&ends)[kCount]) {
  return std::any_of(std::begin(ends), std::end(ends),
                     [words](std::string_view end) { return words.ends_with(end); });
}

}  // namespace banto::cache

#endif  // BANTO_CACHE_NAME_WORDS_H_
