// A socket address (IPv4, IPv6 or Unix path): a value that is parsed and printed, never looked up.
#ifndef BANTO_PROXY_NET_ADDRESS_H_
#define BANTO_PROXY_NET_ADDRESS_H_

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banto::net {

class Address {
 public:
  // "127.0.0.1" or "::1" (no brackets) and a port; nullopt if `ip` is not an address.
  static std::optional<Address> FromIp(std::string_view ip, uint16_t port);
  static std::optional<Address> FromUnixPath(std::string_view path);
  static Address FromRaw(const sockaddr* raw, socklen_t size);

  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }
  int family() const { return storage_.ss_family; }
  uint16_t port() const;
  std::string Ip() const;        // "127.0.0.1", "::1"; the path for a Unix socket
  std::string ToString() const;  // "127.0.0.1:80", "[::1]:80", "unix:/run/x.sock"
  bool operator==(const Address& other) const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_ADDRESS_H_
