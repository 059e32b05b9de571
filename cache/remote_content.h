// Requests that refer to content outside themselves: tomorrow the same bytes may ask a different
// question.
#ifndef BANTO_CACHE_REMOTE_CONTENT_H_
#define BANTO_CACHE_REMOTE_CONTENT_H_

#include <string_view>

#include "proxy/json/json_scan.h"

namespace banto::cache {

// Whether an image, sound, video or file is referenced rather than included: content_walk.h judges
// messages; in other members, except descriptions of tools and formats, anything but a data: URL
// counts. The scan must be kOk.
bool HasRemoteContent(const json::JsonScan& scan);

}  // namespace banto::cache

#endif  // BANTO_CACHE_REMOTE_CONTENT_H_
