// ASCII letters made small: words that people write in either case. Pure.
#ifndef BANTO_CONF_LOWER_H_
#define BANTO_CONF_LOWER_H_

#include <string>
#include <string_view>

namespace banto::conf {

inline std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return lower;
}

}  // namespace banto::conf

#endif  // BANTO_CONF_LOWER_H_
