// An epoll loop: sockets by handler, and timers. Single-threaded. Deliberately not the program's
// event loop: what measures and what is measured share no code.
#ifndef BANTO_PERF_COMMON_POLLER_H_
#define BANTO_PERF_COMMON_POLLER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace banto::perf {

using Clock = std::chrono::steady_clock;

class Poller {
 public:
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void OnReady(uint32_t events) = 0;  // EPOLLIN, EPOLLOUT …
  };
  using TimerId = std::multimap<Clock::time_point, std::function<void()>>::iterator;

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void Watch(int fd, uint32_t events, Handler* handler);
  void Change(int fd, uint32_t events, Handler* handler);
  // Call before `handler` is destroyed or its socket closed; no event reaches it afterwards.
  void Forget(int fd, Handler* handler);

  TimerId At(Clock::time_point when, std::function<void()> what);
  void Cancel(TimerId timer);  // of a timer that has not fired

  void Run();  // until Stop()
  void Stop() { stopped_ = true; }
  Clock::time_point now() const { return now_; }  // of this turn

 private:
  void Turn();
  void RunTimers();

  int epoll_;
  bool stopped_ = false;
  Clock::time_point now_ = Clock::now();
  std::multimap<Clock::time_point, std::function<void()>> timers_;
  std::vector<Handler*> forgotten_;  // during this turn
};

}  // namespace banto::perf

#endif  // BANTO_PERF_COMMON_POLLER_H_
