// Whether a host is private: an address that is not routed on the Internet (RFC 6890) or a name
// that is not in its DNS. Pure; nothing is looked up.
#ifndef BANTO_PROXY_NET_PRIVATE_HOST_H_
#define BANTO_PROXY_NET_PRIVATE_HOST_H_

#include <string_view>

namespace banto::net {

// `host` as in Url: lower case, IPv6 without brackets. An empty host (a Unix socket) is private.
bool IsPrivateHost(std::string_view host);

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_PRIVATE_HOST_H_
