// Requests for live content inside members that SDKs and front ends wrap them in: extra_body,
// providerOptions, params. Pure.
#ifndef BANTO_CACHE_WISH_WALK_H_
#define BANTO_CACHE_WISH_WALK_H_

#include <string_view>

namespace banto::cache {

// Whether a name holds data in the client's own words: a message, a schema, a label, a call's
// arguments. A member called search in there does not request one.
bool IsClientsOwn(std::string_view name);

// Whether an object or array in `value` (canonical) has a member that requests live content
// (live_content.h), at any depth except inside the client's own data.
bool HoldsLiveMember(std::string_view value);

// The same for the members of the object `value` only, not for anything nested.
bool HasLiveMemberItself(std::string_view value);

}  // namespace banto::cache

#endif  // BANTO_CACHE_WISH_WALK_H_
