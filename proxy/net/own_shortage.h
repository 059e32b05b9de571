// Errors of socket calls that tell of what this machine lacks (descriptors, memory, ports) and
// nothing of the peer.
#ifndef BANTO_PROXY_NET_OWN_SHORTAGE_H_
#define BANTO_PROXY_NET_OWN_SHORTAGE_H_

#include <sys/socket.h>

#include <cerrno>

namespace banto::net {

// `family`: of the address that was dialled, where it was connect() that failed.
constexpr bool IsOwnShortage(int error, int family = AF_INET) {
  switch (error) {
    case EMFILE:   // RLIMIT_NOFILE
    case ENFILE:   // fs.file-max
    case ENOBUFS:  // socket memory
    case ENOMEM:
    case ENOSPC:  // epoll: fs.epoll.max_user_watches
      return true;
    case EADDRNOTAVAIL:
      // net.ipv4.ip_local_port_range is used up. Of IPv6 it also says that the machine has none.
      return family != AF_INET6;
    default:
      return false;
  }
}

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_OWN_SHORTAGE_H_
