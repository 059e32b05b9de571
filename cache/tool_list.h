// The `tools` and `functions` of a request. Pure.
#ifndef BANTO_CACHE_TOOL_LIST_H_
#define BANTO_CACHE_TOOL_LIST_H_

#include <string_view>

namespace banto::cache {

// Whether `tools` (its canonical value) contains anything but descriptions of functions that the
// client runs itself: a search run by the server reads the live web, and so may anything unknown.
bool HasServerTool(std::string_view tools);

// The same for `functions`, where each is the client's unless it is a bare or a reserved name.
bool HasServerFunction(std::string_view functions);

}  // namespace banto::cache

#endif  // BANTO_CACHE_TOOL_LIST_H_
