// Models of external workers without a price: what they cost is counted nowhere. Main thread.
#ifndef BANTO_CONF_UNPRICED_H_
#define BANTO_CONF_UNPRICED_H_

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

// `root` is as in warnings.h.
void WarnOfUnpriced(const Config& config, const TomlValue* root, ErrorList* warnings);

}  // namespace banto::conf

#endif  // BANTO_CONF_UNPRICED_H_
