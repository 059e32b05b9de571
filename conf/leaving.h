// Warns of what would leave the house without being named. Start-up and reload, main thread.
#ifndef BANTO_CONF_LEAVING_H_
#define BANTO_CONF_LEAVING_H_

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

// Workers that look like a managed API, and are not said to be external or not.
void WarnOfUnsaidExternal(const Config& config, const TomlValue* root, ErrorList* warnings);

// A Redis outside for answers to what must stay in the house.
void WarnOfRedisOutside(const Config& config, const TomlValue* root, ErrorList* warnings);

}  // namespace banto::conf

#endif  // BANTO_CONF_LEAVING_H_
