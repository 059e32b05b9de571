// What a configuration may say and hardly anybody means: `banto check` shows it, `run` and `serve`
// log it. None of it keeps a configuration from running. Start-up and reload, main thread.
#ifndef BANTO_CONF_WARNINGS_H_
#define BANTO_CONF_WARNINGS_H_

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

// `root`: the file that `config` was read from without an error; nullptr for `banto serve`.
void AddWarnings(const Config& config, const TomlValue* root, ErrorList* warnings);

}  // namespace banto::conf

#endif  // BANTO_CONF_WARNINGS_H_
