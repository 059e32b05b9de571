// Whether messages and their parts contain all that the model will read. Pure.
#ifndef BANTO_CACHE_CONTENT_WALK_H_
#define BANTO_CACHE_CONTENT_WALK_H_

#include <string_view>

#include "cache/content_key.h"

namespace banto::cache {

// Whether `value` (canonical, under a key of this kind) refers to something instead of containing
// it: the referent can change while the bytes of the request, and thus its key, stay the same.
// References are
// - an address (scheme://…) as the entire value of a member that is not text,
// - anything but a data: URL under a name for addresses, files and stored pictures,
// - an object with an id and nothing else that a model could read.
// Text is taken literally, data: URLs and base64 are content, and a call's arguments are the
// client's.
bool NamesElsewhere(ContentKey key, std::string_view value);

}  // namespace banto::cache

#endif  // BANTO_CACHE_CONTENT_WALK_H_
