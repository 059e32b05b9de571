// Hides what may be a secret before a line of the configuration is shown: error texts end up in
// logs and in CI. Pure. Whatever is not known to be harmless is hidden.
#ifndef BANTO_CONF_REDACT_H_
#define BANTO_CONF_REDACT_H_

#include <string>
#include <string_view>

#include "conf/source_text.h"

namespace banto::conf {

// True when the statement's values may be shown. `meant` is the key that an unknown key was surely
// meant to be
// ("" for none): a slip in "api_key" must not show what a right spelling hides.
bool MayShow(const SourceText& source, const Statement& statement, std::string_view meant);

// One line of the statement with each byte of its values that may be secret replaced by '*'; as
// long as before.
std::string RedactedLine(const SourceText& source, const Statement& statement, int line,
                         std::string_view meant);

}  // namespace banto::conf

#endif  // BANTO_CONF_REDACT_H_
