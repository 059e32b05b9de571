// Anthropic's Messages API: passed through, never cached yet.
#ifndef BANTO_PROXY_API_ANTHROPIC_ANTHROPIC_H_
#define BANTO_PROXY_API_ANTHROPIC_ANTHROPIC_H_

#include "proxy/api/dialect.h"

namespace banto::api::anthropic {

extern const Dialect kDialect;

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_ANTHROPIC_H_
