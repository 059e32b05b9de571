// Which config changes the running process cannot apply. Pure.
#ifndef BANTO_CONF_RESTART_KEYS_H_
#define BANTO_CONF_RESTART_KEYS_H_

#include <string>
#include <vector>

#include "conf/config.h"

namespace banto::conf {

// The keys that need a restart (marked in schema_table.cc) and differ from what the process started
// with: "listen", "cache.memory".
std::vector<std::string> ChangedRestartKeys(const Config& started, const Config& next);

}  // namespace banto::conf

#endif  // BANTO_CONF_RESTART_KEYS_H_
