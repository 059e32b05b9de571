// A bound, listening socket and its clean-up. Each listener has a TCP socket of its own
// (SO_REUSEPORT spreads the clients); a Unix path can be bound only once, so its listeners share
// one socket. Any thread.
#ifndef BANTO_PROXY_NET_LISTEN_SOCKET_H_
#define BANTO_PROXY_NET_LISTEN_SOCKET_H_

#include <cstdint>
#include <memory>
#include <string>

#include "proxy/net/url.h"

namespace banto::net {

class ListenSocket {
 public:
  // Returns nullptr with `error` set.
  static std::shared_ptr<ListenSocket> Open(const ListenAddress& address, std::string* error);
  // Whether nothing listens there yet. With SO_REUSEPORT a second process would silently share the
  // port and get half of the clients.
  static bool IsFree(const ListenAddress& address, std::string* error);
  // Closes the socket; the last user of a Unix path removes the path.
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
