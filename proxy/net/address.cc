#include "proxy/net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace banto::net {
namespace {

// The socket API's own casts, kept in one place.
template <typename T>
T* As(sockaddr_storage* storage) {
  return reinterpret_cast<T*>(storage);
}
template <typename T>
const T* As(const sockaddr_storage* storage) {
  return reinterpret_cast<const T*>(storage);
}

constexpr size_t kUnixPathOffset = offsetof(sockaddr_un, sun_path);

}  // namespace

std::optional<Address> Address::FromIp(std::string_view ip, uint16_t port) {
  const std::string text(ip);
  if (text.size() != std::strlen(text.c_str())) return std::nullopt;
  Address address;
  auto* v4 = As<sockaddr_in>(&address.storage_);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address.size_ = sizeof(*v4);
    return address;
  }
  auto* v6 = As<sockaddr_in6>(&address.storage_);
  if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    address.size_ = sizeof(*v6);
    return address;
  }
  return std::nullopt;
}

std::optional<Address> Address::FromUnixPath(std::string_view path) {
  Address address;
  auto* local = As<sockaddr_un>(&address.storage_);
  // One byte is left for the closing NUL.
  if (path.empty() || path.size() >= sizeof(local->sun_path)) return std::nullopt;
  local->sun_family = AF_UNIX;
  path.copy(local->sun_path, path.size());
  address.size_ = static_cast<socklen_t>(kUnixPathOffset + path.size() + 1);
  return address;
}

Address Address::FromRaw(const sockaddr* raw, socklen_t size) {
  Address address;
  address.size_ = std::min<socklen_t>(size, sizeof(address.storage_));
  std::memcpy(&address.storage_, raw, address.size_);
  if (address.family() != AF_INET6) return address;
  // A dual-stack listener shows IPv4 clients as ::ffff:a.b.c.d; forwarded headers and address lists
  // want a.b.c.d.
  const sockaddr_in6 v6 = *As<sockaddr_in6>(&address.storage_);
  if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return address;
  Address mapped;
  auto* v4 = As<sockaddr_in>(&mapped.storage_);
  v4->sin_family = AF_INET;
  v4->sin_port = v6.sin6_port;
  std::memcpy(&v4->sin_addr, v6.sin6_addr.s6_addr + 12, 4);
  mapped.size_ = sizeof(*v4);
  return mapped;
}

uint16_t Address::port() const {
  if (family() == AF_INET) return ntohs(As<sockaddr_in>(&storage_)->sin_port);
  if (family() == AF_INET6) return ntohs(As<sockaddr_in6>(&storage_)->sin6_port);
  return 0;
}

std::string Address::Ip() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) {
    inet_ntop(AF_INET, &As<sockaddr_in>(&storage_)->sin_addr, text, sizeof(text));
  } else if (family() == AF_INET6) {
    inet_ntop(AF_INET6, &As<sockaddr_in6>(&storage_)->sin6_addr, text, sizeof(text));
  } else if (family() == AF_UNIX && size_ > kUnixPathOffset) {
    // An unnamed peer (every Unix client) has no path.
    const char* path = As<sockaddr_un>(&storage_)->sun_path;
    return std::string(path, strnlen(path, size_ - kUnixPathOffset));
  }
  return text;
}

std::string Address::ToString() const {
  if (family() == AF_UNIX) return "unix:" + Ip();
  const std::string port_text = std::to_string(port());
  return family() == AF_INET6 ? "[" + Ip() + "]:" + port_text : Ip() + ":" + port_text;
}

bool Address::operator==(const Address& other) const {
  return size_ == other.size_ && std::memcmp(&storage_, &other.storage_, size_) == 0;
}

}  // namespace banto::net
