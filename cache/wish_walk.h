// Wishes for live content inside the members that SDKs and front ends wrap them in: extra_body,
// providerOptions, params. Pure.
#ifndef BANTO_CACHE_WISH_WALK_H_
#define BANTO_CACHE_WISH_WALK_H_

#include <string_view>

namespace banto::cache {

// Whether a name is for what the client says, describes or labels in words of its own: a message,
// a schema, a call's arguments. What is called search in there asks for none.
bool IsClientsOwn(std::string_view name);

// Whether an object or array in `value` (canonical) has a member that asks for live content
// (live_content.h), at any depth but in what is the client's own.
bool HoldsLiveMember(std::string_view value);

// The same for the members of the object `value` alone, and not for what they hold.
bool HasLiveMemberItself(std::string_view value);

}  // namespace banto::cache

#endif  // BANTO_CACHE_WISH_WALK_H_
