// Guesses what an unknown key was meant to be. Pure.
#ifndef BANTO_CONF_UNKNOWN_KEY_H_
#define BANTO_CONF_UNKNOWN_KEY_H_

#include <string>
#include <string_view>

namespace banto::conf {

struct KeyAdvice {
  std::string hint;        // "did you mean \"weight\"?"
  std::string_view meant;  // the key of this section that was very likely meant; "": none (see
                           // redact.h)
};

KeyAdvice AdviceFor(std::string_view section, std::string_view key, bool is_section);

}  // namespace banto::conf

#endif  // BANTO_CONF_UNKNOWN_KEY_H_
