// A bound, listening socket and what has to be undone with it. TCP sockets are one per listener
// (SO_REUSEPORT spreads the clients); a Unix path can be bound once, so all listeners of one path
// share one socket. Any thread.
#ifndef BANTO_PROXY_NET_LISTEN_SOCKET_H_
#define BANTO_PROXY_NET_LISTEN_SOCKET_H_

#include <cstdint>
#include <memory>
#include <string>

#include "proxy/net/url.h"

namespace banto::net {

class ListenSocket {
 public:
  // nullptr with `error`.
  static std::shared_ptr<ListenSocket> Open(const ListenAddress& address, std::string* error);
  // Whether nobody listens there yet. SO_REUSEPORT would let a second process share the port of a
  // first one in silence, and each would get half of the clients.
  static bool IsFree(const ListenAddress& address, std::string* error);
  // Closes; the last user of a Unix path removes the path.
  ~ListenSocket();
  ListenSocket(const ListenSocket&) = delete;
  ListenSocket& operator=(const ListenSocket&) = delete;

  int fd() const { return fd_; }
  uint16_t port() const { return port_; }  // 0 for a Unix path

 private:
  ListenSocket(int fd, std::string unix_path);
  static std::shared_ptr<ListenSocket> OpenTcp(const ListenAddress& address, std::string* error);
  static std::shared_ptr<ListenSocket> OpenUnix(const std::string& path, std::string* error);

  int fd_;
  uint16_t port_ = 0;
  std::string unix_path_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_LISTEN_SOCKET_H_
