// Pure.
#ifndef BANTO_PROXY_API_SYSTEM_FIRST_H_
#define BANTO_PROXY_API_SYSTEM_FIRST_H_

#include <vector>

#include "proxy/api/neutral_request.h"

namespace banto::api {

// The messages of a conversation as every engine's templates take them: Qwen's (3.5 and later) fail
// where a system message is not the first, or not the only one. Claude Code sends one after the
// user's, Codex two. What systems and developers say becomes `*lead`, in its order; where that is
// one message at the start anyway, nothing changes.
std::vector<const Message*> SystemFirst(const std::vector<Message>& messages, Message* lead);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_SYSTEM_FIRST_H_
