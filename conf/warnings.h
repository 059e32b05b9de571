// Valid settings that are probably a mistake: `banto check` shows them, `run` and `serve` log them,
// and none prevents a start. Start-up and reload, main thread.
#ifndef BANTO_CONF_WARNINGS_H_
#define BANTO_CONF_WARNINGS_H_

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

// `root`: the file from which `config` was read without errors; nullptr for `banto serve`.
void AddWarnings(const Config& config, const TomlValue* root, ErrorList* warnings);

}  // namespace banto::conf

#endif  // BANTO_CONF_WARNINGS_H_
