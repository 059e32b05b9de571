// Words of nginx, HAProxy, Envoy and others where ours are meant. Pure.
#ifndef BANTO_CONF_BORROWED_WORDS_H_
#define BANTO_CONF_BORROWED_WORDS_H_

#include <string_view>

namespace banto::conf {

// What does here what `word` does elsewhere, as a choice of `key` ("policy", "level", "kind"); ""
// where nothing does.
std::string_view OwnWord(std::string_view key, std::string_view word);

// The key that does what a key of that name does elsewhere.
struct OwnKey {
  std::string_view section, name;  // empty name: there is none
};
// `section`: where it was written; one word may mean several things.
OwnKey OwnKeyFor(std::string_view section, std::string_view word);

// "upstream" -> "workers"; empty where there is none.
std::string_view OwnSectionFor(std::string_view word);

}  // namespace banto::conf

#endif  // BANTO_CONF_BORROWED_WORDS_H_
