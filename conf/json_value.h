// A TOML value as JSON, for members that the configuration puts into requests; ${ENV} in strings is
// expanded. Main thread.
#ifndef BANTO_CONF_JSON_VALUE_H_
#define BANTO_CONF_JSON_VALUE_H_

#include <string>

#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

// False: it holds something that JSON cannot say, or a variable that is not set or empty, which is
// reported.
bool AppendJson(const TomlValue& value, ErrorList* errors, std::string* out);

}  // namespace banto::conf

#endif  // BANTO_CONF_JSON_VALUE_H_
