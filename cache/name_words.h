// The words that a member's name is made of, however it is spelt. Pure.
#ifndef BANTO_CACHE_NAME_WORDS_H_
#define BANTO_CACHE_NAME_WORDS_H_

#include <string>
#include <string_view>

namespace banto::cache {

// In lower case, with one blank before and after each word: web_search, webSearch and $web-search
// are all " web search ".
std::string WordsOf(std::string_view name);

}  // namespace banto::cache

#endif  // BANTO_CACHE_NAME_WORDS_H_
