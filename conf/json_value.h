// A TOML value as JSON, for members that the configuration puts into requests. Pure, except that
// ${ENV} in strings is expanded.
#ifndef BANTO_CONF_JSON_VALUE_H_
#define BANTO_CONF_JSON_VALUE_H_

#include <string>

#include "conf/toml_value.h"

namespace banto::conf {

// What JSON cannot say: nothing is written then. `place`: of the value within.
struct NoJson {
  Place place;
  std::string message, hint;
  explicit operator bool() const { return !message.empty(); }
};
NoJson AppendJson(const TomlValue& value, std::string* out);

}  // namespace banto::conf

#endif  // BANTO_CONF_JSON_VALUE_H_
