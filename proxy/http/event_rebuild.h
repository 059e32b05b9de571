// The careful reading of one SSE event: several lines, CR LF, fields to leave out. Pure.
// Internal to event_stream.
#ifndef BANTO_PROXY_HTTP_EVENT_REBUILD_H_
#define BANTO_PROXY_HTTP_EVENT_REBUILD_H_

#include <string>
#include <string_view>

#include "proxy/http/event_stream.h"

namespace banto::http {

// Reads the lines of one event, its blank line included. *frame gets views into `raw` where that is
// already the event as clients are to see it, else into *memory. False: it carries nothing.
bool RebuildEvent(std::string_view raw, std::string* memory, Frame* frame);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_EVENT_REBUILD_H_
