// Anthropic's Messages API: passed through, never cached yet.
#ifndef BANTO_PROXY_API_ANTHROPIC_ANTHROPIC_H_
#define BANTO_PROXY_API_ANTHROPIC_ANTHROPIC_H_

#include "proxy/api/dialect.h"

namespace banto::api::anthropic {

extern const Dialect kDialect;

// The code of an error for a request that leans on a conversation which is not held; at Anthropic's
// it stands in the error's `details`.
inline constexpr char kThreadUnsupported[] = "thread_unsupported_request";

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_ANTHROPIC_H_
