// Recycled buffers for strings that live as long as a request: the next request on the thread takes
// what the last one left, still warm in the cache. malloc's own cache (seven blocks per size) is
// too small for a turn that serves twenty requests. Measured: perf/README.md.
#ifndef BANTO_PROXY_NET_SPARE_STRING_H_
#define BANTO_PROXY_NET_SPARE_STRING_H_

#include <string>

namespace banto::net {

// An empty string, with capacity if a spare one is left.
std::string TakeSpareString();
// Keeps the capacity of `used` for reuse, unless it is large or there are plenty.
void LeaveSpareString(std::string used);

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SPARE_STRING_H_
