// Messages and their parts: is all that the model will read in them? Pure.
#ifndef BANTO_CACHE_CONTENT_WALK_H_
#define BANTO_CACHE_CONTENT_WALK_H_

#include <string_view>

#include "cache/content_key.h"

namespace banto::cache {

// Whether anything in `value` (canonical, under a key of this kind) is named and not sent: what a
// name stands for can change while the request's bytes, and so its key, stay the same. Named are
// - an address (scheme://…) as the whole value of a member that is not text,
// - anything but a data: URL under a name for addresses, files and stored pictures,
// - what has an id and nothing besides that a model could read.
// Text is what it says, data: URLs and base64 are content, and a call's arguments are the client's.
bool NamesElsewhere(ContentKey key, std::string_view value);

}  // namespace banto::cache

#endif  // BANTO_CACHE_CONTENT_WALK_H_
