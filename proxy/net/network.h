// Networks ("10.0.0.0/8", "::1") and the addresses that may lie in them, as numbers: written once,
// compared for every request. Pure values.
#ifndef BANTO_PROXY_NET_NETWORK_H_
#define BANTO_PROXY_NET_NETWORK_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/net/address.h"

namespace banto::net {

// An IP address. An IPv4 address is kept as IPv6 maps it (::ffff:a.b.c.d), so that the two
// spellings of one host are equal.
struct IpNumber {
  uint64_t high = 0;
  uint64_t low = 0;

  // "127.0.0.1", "::1"; nullopt when it is no address. Allocates nothing.
  static std::optional<IpNumber> Parse(std::string_view text);
  static std::optional<IpNumber> Of(const Address& address);

  bool is_v4() const { return high == 0 && low >> 32 == 0xffff; }
  bool operator==(const IpNumber& other) const = default;
};

class Network {
 public:
  // An address or address/prefix. nullopt with `error` and, where there is one, the network that
  // was meant.
  static std::optional<Network> Parse(std::string_view text, std::string* error,
                                      std::string* meant);

  // An IPv6 network has no IPv4 addresses in it, not even "::/0".
  bool Has(IpNumber address) const {
    return (address.high & mask_.high) == base_.high && (address.low & mask_.low) == base_.low &&
           address.is_v4() == base_.is_v4();
  }
  bool operator==(const Network& other) const = default;

 private:
  IpNumber base_, mask_;
};

inline bool AnyHas(std::span<const Network> networks, IpNumber address) {
  for (const Network& network : networks) {
    if (network.Has(address)) return true;
  }
  return false;
}

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_NETWORK_H_
