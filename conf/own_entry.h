// Which [[models]] entry says what a model itself is and costs, as far as one does. Pure.
#ifndef BANTO_CONF_OWN_ENTRY_H_
#define BANTO_CONF_OWN_ENTRY_H_

#include <string_view>

#include "conf/config.h"

namespace banto::conf {

// The best of those that do not lead to other models; nullptr: none.
const ModelRule* OwnEntry(const Config& config, std::string_view model);

}  // namespace banto::conf

#endif  // BANTO_CONF_OWN_ENTRY_H_
