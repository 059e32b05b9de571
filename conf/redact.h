// Hides possible secrets before a line of the configuration is shown, since error texts end up in
// logs and in CI. Everything not known to be harmless is hidden. Pure.
#ifndef BANTO_CONF_REDACT_H_
#define BANTO_CONF_REDACT_H_

#include <string>
#include <string_view>

#include "conf/source_text.h"

namespace banto::conf {

// Whether the statement's values may be shown. `meant` is the key that an unknown key was probably
// meant to be ("" if none): a typo in "api_key" must not reveal what the correct spelling hides.
bool MayShow(const SourceText& source, const Statement& statement, std::string_view meant);

// One line of the statement with each byte of its values that may be secret replaced by '*'. Same
// length.
std::string RedactedLine(const SourceText& source, const Statement& statement, int line,
                         std::string_view meant);

}  // namespace banto::conf

#endif  // BANTO_CONF_REDACT_H_
