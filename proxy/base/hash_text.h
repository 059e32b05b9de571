// A quick hash of text: the same in every process, so that replicas agree. Not for secrets, and
// easy to collide on purpose. Pure.
#ifndef BANTO_PROXY_BASE_HASH_TEXT_H_
#define BANTO_PROXY_BASE_HASH_TEXT_H_

#include <cstdint>
#include <string_view>

namespace banto::base {

// Never 0.
uint64_t HashText(std::string_view text, uint64_t seed);

}  // namespace banto::base

#endif  // BANTO_PROXY_BASE_HASH_TEXT_H_
