// IP addresses and networks ("10.0.0.0/8", "::1") as numbers: parsed once, compared on every
// request. Pure values.
#ifndef BANTO_PROXY_NET_NETWORK_H_
#define BANTO_PROXY_NET_NETWORK_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/net/address.h"

namespace banto::net {

// IPv4 is held in its IPv6-mapped form (::ffff:a.b.c.d), so that both spellings of a host are
// equal.
struct IpNumber {
  uint64_t high = 0;
  uint64_t low = 0;

  // "127.0.0.1", "::1"; nullopt if it is not an address. Does not allocate.
  static std::optional<IpNumber> Parse(std::string_view text);
  static std::optional<IpNumber> Of(const Address& address);

  bool is_v4() const { return high == 0 && low >> 32 == 0xffff; }
  bool operator==(const IpNumber& other) const = default;
};

class Network {
 public:
  // Parses an address or address/prefix. Returns nullopt with `error` set and, where it can be
  // guessed, the network that was meant.
  static std::optional<Network> Parse(std::string_view text, std::string* error,
                                      std::string* meant);

  // An IPv6 network, even "::/0", contains no IPv4 address.
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
