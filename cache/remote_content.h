// Requests that point at content outside themselves: the same bytes can ask a different question
// tomorrow.
#ifndef BANTO_CACHE_REMOTE_CONTENT_H_
#define BANTO_CACHE_REMOTE_CONTENT_H_

#include <string_view>

#include "proxy/json/json_scan.h"

namespace banto::cache {

// Whether an image, sound, video or file is named and not sent: in messages by content_walk.h, in
// other members, descriptions of tools and formats aside, by anything but a data: URL. The scan
// must be kOk.
bool HasRemoteContent(const json::JsonScan& scan);

}  // namespace banto::cache

#endif  // BANTO_CACHE_REMOTE_CONTENT_H_
