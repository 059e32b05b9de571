// A string of the configuration with ${ENV} expanded. Main thread.
#ifndef BANTO_CONF_TEXT_VALUE_H_
#define BANTO_CONF_TEXT_VALUE_H_

#include <string>

#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

// False: a variable is not set or empty, which is reported; `*out` is unchanged then.
bool ExpandText(const TomlValue& value, ErrorList* errors, std::string* out);

}  // namespace banto::conf

#endif  // BANTO_CONF_TEXT_VALUE_H_
