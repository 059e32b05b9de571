// What keeps a silent stream open on its way to a client (wire-compatibility.md §2.2). Pure.
#ifndef BANTO_PROXY_API_KEEP_ALIVE_H_
#define BANTO_PROXY_API_KEEP_ALIVE_H_

#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/http/message.h"

namespace banto::api {

// A Dialect's keep_alive: a comment, in the only form that all clients of the API pass over. (In
// one block with an event it would hide that from Dify.)
inline constexpr std::string_view kCommentFrame = ":\n\n";

// A whole frame that means nothing to the client that asked. Empty: there is none for its API, or
// none for this client.
std::string_view KeepAliveFrame(const OperationInfo& operation, const http::RequestHead& request);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_KEEP_ALIVE_H_
