// Shared by the socket tests of health/: a loop that runs until a condition holds, and an observer
// that records its calls.
#ifndef BANTO_TESTS_UNIT_HEALTH_WATCH_RIG_H_
#define BANTO_TESTS_UNIT_HEALTH_WATCH_RIG_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "health/worker_watch.h"
#include "proxy/net/timer.h"
#include "scripted_server.h"

namespace banto::health {

// A port on which nothing listens while the object lives.
class DeadPort {
 public:
  DeadPort() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0) abort();
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~DeadPort() { close(fd_); }
  uint16_t port() const { return port_; }

 private:
  int fd_;
  uint16_t port_ = 0;
};

inline net::Url LocalUrl(uint16_t port, const std::string& scheme = "http") {
  net::Url url;
  url.scheme = scheme;
  url.host = "127.0.0.1";
  url.port = port;
  return url;
}

class WatchRig : public testing::Test, public WatchObserver {
 protected:
  // Runs the loop until `condition`; fails the test after 20 s.
  void RunUntil(const std::function<bool()>& condition) {
    const int64_t give_up_us = net::EventLoop::NowUs() + 20'000'000;
    bool met = false;
    net::Timer poll(&loop_, [&] {
      met = condition();
      if (met || net::EventLoop::NowUs() > give_up_us) {
        loop_.Stop();
      } else {
        poll.Set(2);
      }
    });
    poll.Set(0);
    loop_.Run();
    ASSERT_TRUE(met) << "waited in vain";
  }

  static conf::Worker WorkerAt(uint16_t port, api::WorkerKind kind = api::WorkerKind::kAuto) {
    conf::Worker worker;
    worker.name = "w";
    worker.url = LocalUrl(port);
    worker.kind = kind;
    return worker;
  }

  static conf::Health Quick() {
    conf::Health settings;
    settings.interval_ms = 20;
    settings.timeout_ms = 2'000;
    return settings;
  }

  void Watch(const conf::Worker& worker, const conf::Health& settings = Quick(),
             BusyQuestion busy = nullptr) {
    watch_ = std::make_unique<WorkerWatch>(&loop_, &resolver_, nullptr, worker, settings,
                                           std::move(busy), this);
    watch_->Start();
  }

  bool Is(Verdict verdict) const { return watch_->verdict() == verdict; }

  void OnVerdict(const std::string&, Verdict verdict, const std::string& reason) override {
    verdicts_.push_back(std::string(VerdictName(verdict)) + ": " + reason);
  }
  void OnFacts(const std::string&, const EngineFacts& facts) override { facts_.push_back(facts); }
  void OnLoad(const std::string&, const EngineLoad& load) override { loads_.push_back(load); }
  void OnProbe(const std::string&, const char* result) override { probes_.emplace_back(result); }

  net::EventLoop loop_;
  net::Resolver resolver_;
  std::unique_ptr<WorkerWatch> watch_;
  std::vector<std::string> verdicts_, probes_;
  std::vector<EngineFacts> facts_;
  std::vector<EngineLoad> loads_;
};

}  // namespace banto::health

#endif  // BANTO_TESTS_UNIT_HEALTH_WATCH_RIG_H_
