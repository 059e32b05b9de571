// A configuration's text -> one tree of values with the place of each, by one run of toml11, which
// no other file includes. toml11's exceptions end here; what would exhaust its stack or lead it out
// of its buffer is refused before. Main thread.
#ifndef BANTO_CONF_TOML_READER_H_
#define BANTO_CONF_TOML_READER_H_

#include <optional>

#include "conf/error_list.h"
#include "conf/source_text.h"
#include "conf/toml_value.h"

namespace banto::conf {

// nullopt after the first syntax error, which is then in `errors`.
std::optional<TomlValue> ReadToml(const SourceText& source, ErrorList* errors);

}  // namespace banto::conf

#endif  // BANTO_CONF_TOML_READER_H_
