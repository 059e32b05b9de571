// Host and port as written in URLs and listen addresses. Pure.
#ifndef BANTO_PROXY_NET_HOST_PORT_H_
#define BANTO_PROXY_NET_HOST_PORT_H_

#include <cstdint>
#include <string_view>

namespace banto::net {

struct HostPort {
  std::string_view host;  // without brackets; a colon in it means that brackets were forgotten
  std::string_view port;  // empty if none was given
  bool bracketed = false;
};

// Splits "host", "host:port", "[v6]", "[v6]:port"; false if a bracket or the port after a colon is
// missing.
bool SplitHostPort(std::string_view text, HostPort* out);

// 0 to 65535, digits only.
bool ParsePort(std::string_view text, uint16_t* port);

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_HOST_PORT_H_
