// The slow path for an SSE event: several lines, CR LF, fields to drop. Pure. Internal to
// event_stream.
#ifndef BANTO_PROXY_HTTP_EVENT_REBUILD_H_
#define BANTO_PROXY_HTTP_EVENT_REBUILD_H_

#include <string>
#include <string_view>

#include "proxy/http/event_stream.h"

namespace banto::http {

// Parses the lines of one event, including its blank line. The views in *frame point into `raw` if
// that is already what clients should get, otherwise into *memory. False if the event carries
// nothing.
bool RebuildEvent(std::string_view raw, std::string* memory, Frame* frame);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_EVENT_REBUILD_H_
