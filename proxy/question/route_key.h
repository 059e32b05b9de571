// The cache key of a plain route's answer: the entire request, or what [routes.cache] key lists.
// Pure.
#ifndef BANTO_PROXY_QUESTION_ROUTE_KEY_H_
#define BANTO_PROXY_QUESTION_ROUTE_KEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache_key.h"
#include "proxy/question/request.h"

namespace banto {

// `caller`: whose answer it is (separation.h). `path_epoch`: 0 if no answer of the path was
// invalidated yet.
std::optional<cache::CacheKey> KeyOfRoute(const Request& request,
                                          const std::vector<std::string>& parts,
                                          std::string_view caller, uint64_t path_epoch);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_ROUTE_KEY_H_
