// A Redis that misbehaves on purpose: speaks the protocol by a script, one thread per connection.
// Without a script it is polite (epoch 1, empty, takes every SET).
#ifndef BANTO_TESTS_FAKES_FAKE_REDIS_H_
#define BANTO_TESTS_FAKES_FAKE_REDIS_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/fakes/redis_commands.h"

namespace banto::fakes {

class FakeRedis {
 public:
  using Command = std::vector<std::string>;
  // The bytes that answer a command ("": none); nullopt: the polite answer. May use `fd` itself.
  using Script = std::function<std::optional<std::string>(int fd, const Command& command)>;
  // Called with each new connection before it is read.
  using Welcome = std::function<void(int fd)>;

  explicit FakeRedis(Script script = nullptr, Welcome welcome = nullptr)
      : script_(std::move(script)), welcome_(std::move(welcome)) {
    listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listen_fd_, 64);
    getsockname(listen_fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { AcceptAll(); });
  }
  ~FakeRedis() {
    shutdown(listen_fd_, SHUT_RDWR);
    accepting_.join();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (Peer& peer : peers_) shutdown(peer.fd, SHUT_RDWR);
    }
    for (Peer& peer : peers_) {
      peer.thread.join();
      close(peer.fd);
    }
    close(listen_fd_);
  }

  uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  int commands(const std::string& name) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    int count = 0;
    for (const std::string& seen : seen_) count += seen == name;
    return count;
  }

  static void Say(int fd, const std::string& bytes) {
    size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return;
      sent += static_cast<size_t>(n);
    }
  }
  // Ends a connection with RST.
  static void Reset(int fd) {
    const linger now{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    sockaddr unspecified{};
    unspecified.sa_family = AF_UNSPEC;
    connect(fd, &unspecified, sizeof unspecified);  // drops the connection without freeing the fd
  }
  static std::string Bulk(const std::string& value) {
    return "$" + std::to_string(value.size()) + "\r\n" + value + "\r\n";
  }
  static std::string Polite(const Command& command) {
    if (command[0] == "PING") return "+PONG\r\n";
    if (command[0] == "INCR") return ":2\r\n";
    if (command[0] == "GET") return command[1] == "banto:epoch" ? Bulk("1") : "$-1\r\n";
    return "+OK\r\n";
  }

 private:
  struct Peer {
    int fd;
    std::thread thread;
  };

  void AcceptAll() {
    for (;;) {
      const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      ++connections_;
      const std::lock_guard<std::mutex> lock(mutex_);
      peers_.push_back({fd, std::thread([this, fd] { Serve(fd); })});
    }
  }
  void Serve(int fd) {
    if (welcome_) welcome_(fd);
    RedisCommands commands(fd);
    Command command;
    while (commands.Next(&command)) {
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        seen_.push_back(command[0]);
      }
      std::optional<std::string> answer;
      if (script_) answer = script_(fd, command);
      Say(fd, answer ? *answer : Polite(command));
    }
    shutdown(fd, SHUT_WR);
  }

  Script script_;
  Welcome welcome_;
  int listen_fd_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::list<Peer> peers_;          // guarded by mutex_
  std::vector<std::string> seen_;  // guarded by mutex_
  std::thread accepting_;
};

}  // namespace banto::fakes

#endif  // BANTO_TESTS_FAKES_FAKE_REDIS_H_
