// What is said of a path that FindOperation does not know, or not with this method: in whose shape,
// and which methods there are. Pure.
#ifndef BANTO_PROXY_API_UNKNOWN_PATH_H_
#define BANTO_PROXY_API_UNKNOWN_PATH_H_

#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/http/message.h"

namespace banto::api {

// Whose errors the sender of this request reads: by the path, and by whether it calls itself a
// client of Anthropic's.
Family ErrorFamily(const http::RequestHead& head);
Family ErrorFamily(std::string_view path, bool anthropic);

// The methods of a path that we know, as Allow lists them (RFC 9110 §10.2.1); empty for others.
std::string_view KnownMethods(std::string_view path);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_UNKNOWN_PATH_H_
