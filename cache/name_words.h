// The words that a member's name is made of, however it is spelt. Pure.
#ifndef BANTO_CACHE_NAME_WORDS_H_
#define BANTO_CACHE_NAME_WORDS_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace banto::cache {

// No API has a name as long, and to look into one costs by the byte.
inline constexpr size_t kNameBytesMax = 256;

// In lower case, with one blank before and after each word: web_search, webSearch and $web-search
// are all " web search ". A name of more than kNameBytesMax has none: " ".
std::string WordsOf(std::string_view name);

}  // namespace banto::cache

#endif  // BANTO_CACHE_NAME_WORDS_H_
