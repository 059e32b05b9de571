// Translates names of nginx, HAProxy, Envoy and others to ours. Pure.
#ifndef BANTO_CONF_BORROWED_WORDS_H_
#define BANTO_CONF_BORROWED_WORDS_H_

#include <string_view>

namespace banto::conf {

// Our equivalent of `word` as a value of `key` ("policy", "level", "kind"); "" if there is none.
std::string_view OwnWord(std::string_view key, std::string_view word);

// Our equivalent of a key of another program.
struct OwnKey {
  std::string_view section, name;  // empty name: there is none
};
// `section`: where the key was written; its meaning may depend on it.
OwnKey OwnKeyFor(std::string_view section, std::string_view word);

// "upstream" -> "workers"; empty if there is none.
std::string_view OwnSectionFor(std::string_view word);

}  // namespace banto::conf

#endif  // BANTO_CONF_BORROWED_WORDS_H_
