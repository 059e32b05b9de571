// Socket errors caused by a shortage on this machine (descriptors, memory, ports), not by the peer.
#ifndef BANTO_PROXY_NET_OWN_SHORTAGE_H_
#define BANTO_PROXY_NET_OWN_SHORTAGE_H_

#include <sys/socket.h>

#include <cerrno>

namespace banto::net {

// `family` is that of the dialled address if connect() failed.
constexpr bool IsOwnShortage(int error, int family = AF_INET) {
  switch (error) {
    case EMFILE:   // RLIMIT_NOFILE
    case ENFILE:   // fs.file-max
    case ENOBUFS:  // socket memory
    case ENOMEM:
    case ENOSPC:  // epoll: fs.epoll.max_user_watches
      return true;
    case EADDRNOTAVAIL:
      // net.ipv4.ip_local_port_range is exhausted. For IPv6 the error also means that the machine
      // has no IPv6 address.
      return family != AF_INET6;
    default:
      return false;
  }
}

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_OWN_SHORTAGE_H_
