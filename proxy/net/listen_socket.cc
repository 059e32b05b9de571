#include "proxy/net/listen_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <mutex>
#include <utility>

#include "proxy/net/address.h"

namespace banto::net {
namespace {

bool SetOption(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

// Returns -1 with errno set.
int BindTcp(const Address& address, bool dual_stack, bool shared = true) {
  const int fd = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  bool ok = SetOption(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
            (!shared || SetOption(fd, SOL_SOCKET, SO_REUSEPORT, 1)) &&
            // Accepted sockets inherit it, which saves a system call for each.
            SetOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (address.family() == AF_INET6) {
    ok = ok && SetOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, dual_stack ? 0 : 1);
  }
  if (ok && bind(fd, address.raw(), address.size()) == 0 && listen(fd, SOMAXCONN) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

// Whether anything answers at `address`; a path without a listener was left by a killed process.
bool IsAlive(const Address& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const bool refused =
      fd >= 0 && connect(fd, address.raw(), address.size()) != 0 && errno == ECONNREFUSED;
  if (fd >= 0) close(fd);
  return !refused;
}

std::string CannotListen(const std::string& where, int error) {
  return "cannot listen on " + where + ": " + std::strerror(error);
}

std::mutex unix_mutex;
// Guarded by unix_mutex. Never destroyed: threads may outlive main's statics.
std::map<std::string, std::weak_ptr<ListenSocket>>& UnixSockets() {
  static auto* sockets = new std::map<std::string, std::weak_ptr<ListenSocket>>();
  return *sockets;
}

}  // namespace

ListenSocket::ListenSocket(int fd, std::string unix_path)
    : fd_(fd), unix_path_(std::move(unix_path)) {
  sockaddr_storage raw{};
  socklen_t size = sizeof(raw);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &size) == 0) {
    port_ = Address::FromRaw(reinterpret_cast<sockaddr*>(&raw), size).port();
  }
}

ListenSocket::~ListenSocket() {
  if (!unix_path_.empty()) {
    std::lock_guard lock(unix_mutex);
    const auto found = UnixSockets().find(unix_path_);
    // Not if the path was bound again after our last user left.
    if (found != UnixSockets().end() && found->second.expired()) {
      UnixSockets().erase(found);
      unlink(unix_path_.c_str());
    }
  }
  close(fd_);
}

std::shared_ptr<ListenSocket> ListenSocket::Open(const ListenAddress& address, std::string* error) {
  return address.unix_path.empty() ? OpenTcp(address, error) : OpenUnix(address.unix_path, error);
}

bool ListenSocket::IsFree(const ListenAddress& address, std::string* error) {
  if (!address.unix_path.empty() || address.port == 0) return true;
  const bool any = address.ip.empty();
  const auto where = Address::FromIp(any ? "::" : address.ip, address.port);
  if (!where) return true;  // Open() reports what is wrong with it
  const int fd = BindTcp(*where, any, false);
  if (fd >= 0) {
    close(fd);
    return true;
  }
  if (errno != EADDRINUSE) return true;
  *error = CannotListen(any ? "port " + std::to_string(address.port) : where->ToString(), errno);
  return false;
}

std::shared_ptr<ListenSocket> ListenSocket::OpenTcp(const ListenAddress& address,
                                                    std::string* error) {
  const bool any = address.ip.empty();
  const auto where = Address::FromIp(any ? "::" : address.ip, address.port);
  if (!where) {
    *error = "cannot listen on \"" + address.ip + "\": not an IP address";
    return nullptr;
  }
  int fd = BindTcp(*where, any);
  if (fd < 0 && any && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
    fd = BindTcp(*Address::FromIp("0.0.0.0", address.port), false);  // the kernel has no IPv6
  }
  if (fd < 0) {
    *error = CannotListen(any ? "port " + std::to_string(address.port) : where->ToString(), errno);
    return nullptr;
  }
  return std::shared_ptr<ListenSocket>(new ListenSocket(fd, ""));
}

std::shared_ptr<ListenSocket> ListenSocket::OpenUnix(const std::string& path, std::string* error) {
  const auto where = Address::FromUnixPath(path);
  if (!where) {
    *error = CannotListen("unix:" + path, ENAMETOOLONG);
    return nullptr;
  }
  std::lock_guard lock(unix_mutex);
  std::weak_ptr<ListenSocket>& known = UnixSockets()[path];
  if (auto shared = known.lock()) return shared;
  struct stat entry;
  if (lstat(path.c_str(), &entry) == 0 && S_ISSOCK(entry.st_mode) && !IsAlive(*where)) {
    unlink(path.c_str());
  }
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, where->raw(), where->size()) != 0 || listen(fd, SOMAXCONN) != 0) {
    *error = CannotListen(where->ToString(), errno);
    if (fd >= 0) close(fd);
    UnixSockets().erase(path);
    return nullptr;
  }
  std::shared_ptr<ListenSocket> opened(new ListenSocket(fd, path));
  known = opened;
  return opened;
}

}  // namespace banto::net
