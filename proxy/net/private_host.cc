#include "proxy/net/private_host.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace banto::net {
namespace {

struct Ipv4Block {
  uint32_t network;
  int bits;
};

// RFC 6890: this host, private use, shared (carrier-grade NAT, Tailscale), loopback, link-local.
constexpr Ipv4Block kPrivateIpv4[] = {
    {0x00000000, 8},   // 0.0.0.0/8
    {0x0A000000, 8},   // 10.0.0.0/8
    {0x64400000, 10},  // 100.64.0.0/10
    {0x7F000000, 8},   // 127.0.0.0/8
    {0xA9FE0000, 16},  // 169.254.0.0/16
    {0xAC100000, 12},  // 172.16.0.0/12
    {0xC0A80000, 16},  // 192.168.0.0/16
};

bool IsPrivateIpv4(uint32_t address) {
  return std::any_of(std::begin(kPrivateIpv4), std::end(kPrivateIpv4), [address](Ipv4Block block) {
    return (address ^ block.network) >> (32 - block.bits) == 0;
  });
}

bool IsPrivateIpv6(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    uint32_t ipv4 = 0;
    for (size_t i = 12; i < 16; ++i) ipv4 = ipv4 << 8 | address.s6_addr[i];
    return IsPrivateIpv4(ipv4);
  }
  const bool unique_local = (address.s6_addr[0] & 0xFE) == 0xFC;
  return unique_local || IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_LINKLOCAL(&address) ||
         IN6_IS_ADDR_UNSPECIFIED(&address);
}

// RFC 6762 §3 and appendix G, RFC 6761, RFC 8375, and names that clusters and container engines
// use.
constexpr std::string_view kPrivateDomains[] = {".localhost", ".local", ".localdomain", ".internal",
                                                ".intranet",  ".lan",   ".home.arpa",   ".private",
                                                ".corp",      ".svc"};

}  // namespace

bool IsPrivateHost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string text(host.substr(0, host.find('%')));  // fe80::1%eth0
  in_addr ipv4{};
  if (inet_pton(AF_INET, text.c_str(), &ipv4) == 1) return IsPrivateIpv4(ntohl(ipv4.s_addr));
  in6_addr ipv6{};
  if (inet_pton(AF_INET6, text.c_str(), &ipv6) == 1) return IsPrivateIpv6(ipv6);
  // A name without a dot is that of a machine or a container.
  if (host.find('.') == std::string_view::npos) return true;
  return std::any_of(std::begin(kPrivateDomains), std::end(kPrivateDomains),
                     [host](std::string_view domain) { return host.ends_with(domain); });
}

}  // namespace banto::net
