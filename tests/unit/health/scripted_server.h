// A worker that plays a script over real sockets, with a blocking thread per connection. Records
// every request line, so that a test can assert what a worker was never asked.
#ifndef BANTO_TESTS_UNIT_HEALTH_SCRIPTED_SERVER_H_
#define BANTO_TESTS_UNIT_HEALTH_SCRIPTED_SERVER_H_

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace banto::health {

struct Reply {
  std::string bytes;     // as sent on the wire
  bool hang = false;     // then neither more bytes nor a close
  bool endless = false;  // then repeats the body for as long as the client reads
  int delay_ms = 0;      // before the first byte
};

inline Reply Page(int status, const std::string& body = "",
                  const std::string& type = "application/json", const std::string& fields = "") {
  return {"HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: " + type +
          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body};
}

class ScriptedServer {
 public:
  using Script = std::map<std::string, Reply>;  // by path; "*" for all others, otherwise 404

  explicit ScriptedServer(Script script, uint16_t port = 0) : script_(std::move(script)) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof(address);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd_, 64) != 0)
      abort();
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }

  ~ScriptedServer() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    }
    changed_.notify_all();
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
  }

  uint16_t port() const { return port_; }
  void Play(Script script) {
    std::lock_guard lock(mutex_);
    script_ = std::move(script);
  }
  // "GET /health", in order of arrival.
  std::vector<std::string> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }
  std::string last_head() const {
    std::lock_guard lock(mutex_);
    return last_head_;
  }
  int connections() const {
    std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  void Accept() {
    for (;;) {
      pollfd waiting{fd_, POLLIN, 0};
      const int ready = poll(&waiting, 1, 5);
      std::lock_guard lock(mutex_);
      if (stopping_) break;
      if (ready <= 0) continue;
      const int fd = accept(fd_, nullptr, nullptr);
      if (fd < 0) continue;
      ++connections_;
      open_.push_back(fd);
      threads_.emplace_back([this, fd] { Serve(fd); });
    }
    close(fd_);
  }

  void Serve(int fd) {
    const std::string head = ReadHead(fd);
    if (!head.empty()) Answer(fd, Take(head));
    std::lock_guard lock(mutex_);
    std::erase(open_, fd);
    close(fd);
  }

  static std::string ReadHead(int fd) {
    std::string in;
    char buffer[4096];
    while (in.find("\r\n\r\n") == std::string::npos) {
      const ssize_t n = recv(fd, buffer, sizeof(buffer), 0);
      if (n <= 0) return "";
      in.append(buffer, static_cast<size_t>(n));
    }
    return in;
  }

  Reply Take(const std::string& head) {
    const std::string line = head.substr(0, head.find(" HTTP/"));
    std::lock_guard lock(mutex_);
    requests_.push_back(line);
    last_head_ = head;
    const auto exact = script_.find(line.substr(line.find(' ') + 1));
    const auto any = script_.find("*");
    return exact != script_.end() ? exact->second : any != script_.end() ? any->second : Page(404);
  }

  void Answer(int fd, const Reply& reply) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(reply.delay_ms),
                      [this] { return stopping_; });
    lock.unlock();
    ssize_t sent = send(fd, reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL);
    const std::string more(64 * 1024, 'x');
    while (reply.endless && sent > 0) sent = send(fd, more.data(), more.size(), MSG_NOSIGNAL);
    lock.lock();
    if (reply.hang) changed_.wait(lock, [this] { return stopping_; });
  }

  int fd_;
  uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Script script_;
  bool stopping_ = false;
  int connections_ = 0;
  std::vector<int> open_;
  std::vector<std::string> requests_;
  std::string last_head_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace banto::health

#endif  // BANTO_TESTS_UNIT_HEALTH_SCRIPTED_SERVER_H_
