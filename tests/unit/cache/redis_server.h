// The test's own redis-server: Unix socket in a temporary directory, terminated by pid.
#ifndef BANTO_TESTS_UNIT_CACHE_REDIS_SERVER_H_
#define BANTO_TESTS_UNIT_CACHE_REDIS_SERVER_H_

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

namespace banto::cache {

class RedisServer {
 public:
  explicit RedisServer(std::vector<std::string> arguments = {}, std::string auth = "")
      : arguments_(std::move(arguments)), auth_(std::move(auth)) {
    char name[] = "/tmp/banto-redis-XXXXXX";
    directory_ = mkdtemp(name);
    Start();
  }
  ~RedisServer() {
    Stop();
    std::filesystem::remove_all(directory_);
  }

  std::string socket() const { return directory_ + "/s"; }
  const std::string& directory() const { return directory_; }

  void Start() {
    std::vector<std::string> words = {"redis-server",     "--port",      "0",  "--unixsocket",
                                      socket(),           "--save",      "",   "--dir",
                                      directory_,         "--daemonize", "no", "--logfile",
                                      directory_ + "/log"};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (posix_spawnp(&pid_, "redis-server", nullptr, nullptr, argv.data(), environ) != 0) pid_ = -1;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < limit && Ask({"PING"}).empty()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  void Stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
    unlink(socket().c_str());
  }
  // Keeps the socket open without answering; Resume() continues.
  void Freeze() const { kill(pid_, SIGSTOP); }
  void Resume() const { kill(pid_, SIGCONT); }

  // Sends one command on a separate connection and returns the reply as text; "" if there is none.
  std::string Ask(const std::vector<std::string>& words) const {
    redisContext* context = redisConnectUnix(socket().c_str());
    std::string answer;
    if (context != nullptr && context->err == 0) {
      if (!auth_.empty()) freeReplyObject(redisCommand(context, "AUTH %s", auth_.c_str()));
      std::vector<const char*> argv;
      std::vector<size_t> sizes;
      for (const std::string& word : words) {
        argv.push_back(word.data());
        sizes.push_back(word.size());
      }
      auto* reply = static_cast<redisReply*>(
          redisCommandArgv(context, static_cast<int>(argv.size()), argv.data(), sizes.data()));
      if (reply != nullptr) answer = Text(*reply);
      freeReplyObject(reply);
    }
    if (context != nullptr) redisFree(context);
    return answer;
  }

 private:
  static std::string Text(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
    if (reply.type == REDIS_REPLY_NIL) return "nil";
    if (reply.type != REDIS_REPLY_ARRAY) return std::string(reply.str, reply.len);
    std::string all;
    for (size_t i = 0; i < reply.elements; ++i) all += Text(*reply.element[i]) + "\n";
    return all;
  }

  std::vector<std::string> arguments_;
  std::string auth_, directory_;
  pid_t pid_ = -1;
};

}  // namespace banto::cache

#endif  // BANTO_TESTS_UNIT_CACHE_REDIS_SERVER_H_
