// A tool that must be called and is not there: its API's own kinds of tools are dropped on the way.
// Pure.
#ifndef BANTO_PROXY_API_MISSING_TOOL_H_
#define BANTO_PROXY_API_MISSING_TOOL_H_

#include "proxy/api/codec.h"

namespace banto::api {

// For every codec that writes requests.
CannotCarry MissingTool(const NeutralRequest& request);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_MISSING_TOOL_H_
