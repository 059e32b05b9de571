// The `tools` and `functions` of a request. Pure.
#ifndef BANTO_CACHE_TOOL_LIST_H_
#define BANTO_CACHE_TOOL_LIST_H_

#include <string_view>

namespace banto::cache {

// Whether `tools` (its canonical value) holds anything but descriptions of functions which the
// client runs itself: a search that the server runs sees today's web, and what we do not know may.
bool HasServerTool(std::string_view tools);

// The same for `functions`, where each is the client's unless it is a bare or a reserved name.
bool HasServerFunction(std::string_view functions);

}  // namespace banto::cache

#endif  // BANTO_CACHE_TOOL_LIST_H_
