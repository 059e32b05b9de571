// Whether a host is one's own: an address that the Internet does not route (RFC 6890), or a name
// that its DNS does not know. Pure; nothing is looked up.
#ifndef BANTO_PROXY_NET_PRIVATE_HOST_H_
#define BANTO_PROXY_NET_PRIVATE_HOST_H_

#include <string_view>

namespace banto::net {

// `host` as Url has it: lower case, IPv6 without brackets; empty (a Unix socket) is one's own.
bool IsPrivateHost(std::string_view host);

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_PRIVATE_HOST_H_
