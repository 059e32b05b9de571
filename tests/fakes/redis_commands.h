// Reads Redis commands (arrays of bulk strings) from a blocking socket: the fake server's ears.
#ifndef BANTO_TESTS_FAKES_REDIS_COMMANDS_H_
#define BANTO_TESTS_FAKES_REDIS_COMMANDS_H_

#include <sys/socket.h>

#include <string>
#include <vector>

namespace banto::fakes {

class RedisCommands {
 public:
  explicit RedisCommands(int fd) : fd_(fd) {}

  // False: the client closed.
  bool Next(std::vector<std::string>* command) {
    std::string line;
    if (!ReadLine(&line)) return false;
    command->clear();
    for (int left = std::stoi(line.substr(1)); left > 0; --left) {
      if (!ReadLine(&line)) return false;
      const size_t size = std::stoul(line.substr(1));
      while (in_.size() < size + 2) {
        if (!ReadMore()) return false;
      }
      command->push_back(in_.substr(0, size));
      in_.erase(0, size + 2);
    }
    return !command->empty();
  }

 private:
  bool ReadLine(std::string* line) {
    size_t end;
    while ((end = in_.find("\r\n")) == std::string::npos) {
      if (!ReadMore()) return false;
    }
    *line = in_.substr(0, end);
    in_.erase(0, end + 2);
    return true;
  }
  bool ReadMore() {
    char buffer[65536];
    const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    in_.append(buffer, static_cast<size_t>(n));
    return true;
  }

  int fd_;
  std::string in_;
};

}  // namespace banto::fakes

#endif  // BANTO_TESTS_FAKES_REDIS_COMMANDS_H_
