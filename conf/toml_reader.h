// Parses a configuration into a tree of values with their places, in one run of toml11, which only
// this file uses. toml11's exceptions are caught here; input that would exhaust its stack or make
// it overrun its buffer is refused beforehand. Main thread.
#ifndef BANTO_CONF_TOML_READER_H_
#define BANTO_CONF_TOML_READER_H_

#include <optional>

#include "conf/error_list.h"
#include "conf/source_text.h"
#include "conf/toml_value.h"

namespace banto::conf {

// Returns nullopt after the first syntax error, which it adds to `errors`.
std::optional<TomlValue> ReadToml(const SourceText& source, ErrorList* errors);

}  // namespace banto::conf

#endif  // BANTO_CONF_TOML_READER_H_
