// The schema's rows of what requests and callers may do: [[models]] and [[keys]]. Constant data;
// any thread.
#ifndef BANTO_CONF_SCHEMA_LISTS_H_
#define BANTO_CONF_SCHEMA_LISTS_H_

#include <span>

#include "conf/schema.h"

namespace banto::conf {

std::span<const KeyRule> ListKeyRules();

}  // namespace banto::conf

#endif  // BANTO_CONF_SCHEMA_LISTS_H_
