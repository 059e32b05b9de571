// "Did you mean": finds the nearest of some known words. Pure.
#ifndef BANTO_CONF_EDIT_DISTANCE_H_
#define BANTO_CONF_EDIT_DISTANCE_H_

#include <string_view>
#include <vector>

namespace banto::conf {

// The number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
int EditDistance(std::string_view a, std::string_view b);

// The word nearest to `word`, or "" if none is near enough to be a typo.
std::string_view NearestWord(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace banto::conf

#endif  // BANTO_CONF_EDIT_DISTANCE_H_
