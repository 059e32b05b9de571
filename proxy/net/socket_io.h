// recv() and send() without glibc's support for thread cancellation, which we do not use and which
// costs two atomic operations a call in a threaded program (measured: perf/README.md).
#ifndef BANTO_PROXY_NET_SOCKET_IO_H_
#define BANTO_PROXY_NET_SOCKET_IO_H_

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

namespace banto::net {

inline bool IsWouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

// Like recv(2) without flags; never EINTR.
inline ssize_t ReceiveSome(int fd, char* buffer, size_t size) {
  long got;
  do {
    got = syscall(SYS_recvfrom, fd, buffer, size, 0, nullptr, nullptr);
  } while (got < 0 && errno == EINTR);
  return got;
}

// Like send(2), without SIGPIPE; never EINTR.
inline ssize_t SendSome(int fd, const void* bytes, size_t size) {
  long sent;
  do {
    sent = syscall(SYS_sendto, fd, bytes, size, MSG_NOSIGNAL, nullptr, 0);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SOCKET_IO_H_
