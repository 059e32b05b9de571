#include "proxy/net/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace banto::net {
namespace {

constexpr uint64_t kMappedV4 = uint64_t{0xffff} << 32;
constexpr int kBits = 128;
constexpr int kV4Bits = 32;

// Four numbers without leading zeros, which some parsers read as octal (RFC 6943 §3.1.1).
std::optional<IpNumber> ParseV4(std::string_view text) {
  uint64_t bits = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at == end || *at++ != '.')) return std::nullopt;
    uint8_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || (*at == '0' && next - at > 1)) return std::nullopt;
    bits = bits << 8 | number;
    at = next;
  }
  if (at != end) return std::nullopt;
  return IpNumber{0, kMappedV4 | bits};
}

uint64_t BigEndian(const uint8_t* bytes) {
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return number;
}

IpNumber FromBytes(const in6_addr& address) {
  return {BigEndian(address.s6_addr), BigEndian(address.s6_addr + 8)};
}

std::optional<IpNumber> ParseV6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN + 1> copy{};
  if (text.size() >= copy.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), copy.begin());
  in6_addr address{};
  if (inet_pton(AF_INET6, copy.data(), &address) != 1) return std::nullopt;
  return FromBytes(address);
}

IpNumber MaskOf(int prefix) {
  const auto ones = [](int count) {
    return count <= 0 ? 0 : count >= 64 ? ~uint64_t{0} : ~uint64_t{0} << (64 - count);
  };
  return {ones(prefix), ones(prefix - 64)};
}

std::string Printed(IpNumber number, int prefix) {
  in6_addr address{};
  for (size_t i = 0; i < 8; ++i) {
    address.s6_addr[7 - i] = static_cast<uint8_t>(number.high >> (8 * i));
    address.s6_addr[15 - i] = static_cast<uint8_t>(number.low >> (8 * i));
  }
  const bool v4 = number.is_v4();
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (v4) {
    inet_ntop(AF_INET, address.s6_addr + 12, text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, &address, text.data(), text.size());
  }
  return std::string(text.data()) + "/" + std::to_string(v4 ? prefix - kBits + kV4Bits : prefix);
}

}  // namespace

std::optional<IpNumber> IpNumber::Parse(std::string_view text) {
  return text.find(':') == std::string_view::npos ? ParseV4(text) : ParseV6(text);
}

std::optional<IpNumber> IpNumber::Of(const Address& address) {
  if (address.family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address.raw());
    return IpNumber{0, kMappedV4 | ntohl(v4->sin_addr.s_addr)};
  }
  if (address.family() != AF_INET6) return std::nullopt;
  return FromBytes(reinterpret_cast<const sockaddr_in6*>(address.raw())->sin6_addr);
}

std::optional<Network> Network::Parse(std::string_view text, std::string* error,
                                      std::string* meant) {
  meant->clear();
  const size_t slash = text.find('/');
  const auto address = IpNumber::Parse(text.substr(0, slash));
  if (!address) {
    *error = "is not an IP address or network";
    return std::nullopt;
  }
  // An IPv4-mapped network counts as IPv4: ::ffff:10.0.0.0/104 is 10.0.0.0/8.
  const bool dotted = text.find(':') == std::string_view::npos;
  const int most = dotted ? kV4Bits : kBits;
  int prefix = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, parsed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (parsed != std::errc() || end != digits.data() + digits.size() || prefix < 0 ||
        prefix > most) {
      *error = "has a prefix outside 0 to " + std::to_string(most);
      return std::nullopt;
    }
  }
  if (dotted) prefix += kBits - kV4Bits;
  Network network;
  network.mask_ = MaskOf(prefix);
  network.base_ = {address->high & network.mask_.high, address->low & network.mask_.low};
  if (network.base_ != *address) {
    *error = "is an address inside a network";
    *meant = Printed(network.base_, prefix);
    return std::nullopt;
  }
  return network;
}

}  // namespace banto::net
