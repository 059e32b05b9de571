// The `tools` of a request. Pure.
#ifndef BANTO_CACHE_TOOL_LIST_H_
#define BANTO_CACHE_TOOL_LIST_H_

#include <string_view>

namespace banto::cache {

// Whether `tools` (its canonical value) holds anything but descriptions of functions which the
// client runs itself: a search that the server runs sees today's web, and what we do not know may.
bool HasServerTool(std::string_view tools);

}  // namespace banto::cache

#endif  // BANTO_CACHE_TOOL_LIST_H_
