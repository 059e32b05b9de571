// Who sent a request: the peer or, if that is a trusted proxy, the client in its X-Forwarded-For.
// Pure; does not allocate.
#ifndef BANTO_PROXY_CLIENT_CLIENT_ADDRESS_H_
#define BANTO_PROXY_CLIENT_CLIENT_ADDRESS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/http/message.h"
#include "proxy/net/network.h"

namespace banto {

// The other end of a client's connection.
struct Peer {
  std::string ip;                       // as text; empty for a Unix socket's client
  std::optional<net::IpNumber> number;  // nullopt: a Unix socket's client

  // Access to our Unix socket is controlled by its file mode.
  bool TrustedBy(std::span<const net::Network> networks) const {
    return !number || net::AnyHas(networks, *number);
  }
};

// The rightmost address of X-Forwarded-For that is no trusted proxy's, as it is spelt there; the
// leftmost where all are. What stands left of an untrusted address or of a word that is no address
// (RFC 7239 §6: "unknown", "_hidden") may be anybody's invention and is not looked at. The peer's
// own, unless it is trusted. The view is of `head` or of `peer`.
std::string_view ForwardedClient(const http::RequestHead& head, const Peer& peer,
                                 std::span<const net::Network> trusted);

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_CLIENT_ADDRESS_H_
