// Which changes of a file the running process cannot take over. Pure.
#ifndef BANTO_CONF_RESTART_KEYS_H_
#define BANTO_CONF_RESTART_KEYS_H_

#include <string>
#include <vector>

#include "conf/config.h"

namespace banto::conf {

// The keys that need a restart (schema_table.cc marks them) and are not what the process started
// with: "listen", "cache.memory".
std::vector<std::string> ChangedRestartKeys(const Config& started, const Config& next);

}  // namespace banto::conf

#endif  // BANTO_CONF_RESTART_KEYS_H_
