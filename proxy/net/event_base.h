// One thread's libevent base and what a loop needs beside it: watchers to call again without an
// event, one moment at which a sleep ends, and signals. Owned by an EventLoop; loop thread only.
#ifndef BANTO_PROXY_NET_EVENT_BASE_H_
#define BANTO_PROXY_NET_EVENT_BASE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "proxy/net/watcher.h"

struct event_base;

namespace banto::net {

class EventBase {
 public:
  using OnSignal = std::function<void(int number)>;

  // `on_share` runs after every 64th watcher called in one Poll() or Sleep(), with no other
  // callback on the stack, so that timers and turn-end work are not starved.
  explicit EventBase(std::function<void()> on_share);
  ~EventBase();
  EventBase(const EventBase&) = delete;
  EventBase& operator=(const EventBase&) = delete;

  // Calls OnAgain() of the watchers that requested it. Returns whether there were any.
  bool DispatchAgain();
  // Call the watchers of descriptors that are ready. Poll() never blocks; Sleep() blocks until one
  // is.
  void Poll();
  void Sleep();
  // Ends the next Sleep() at this time of the steady clock, unless an earlier one was set.
  void SleepUntil(int64_t at_ms);
  // `on_signal` runs inside Poll() or Sleep(). Only one base per process may handle signals (a
  // libevent rule).
  void HandleSignal(int number, OnSignal on_signal);

 private:
  friend class Watcher;
  static constexpr int kShare = 64;
  static constexpr int64_t kNever = INT64_MAX;

  struct Alarm final : Watcher {
    explicit Alarm(EventBase* base);
    ~Alarm();
    void OnEvents(short /*what*/) override { at_ms = kNever; }
    int fd;
    int64_t at_ms = kNever;  // when it fires
  };
  struct Signal;

  void Again(Watcher* watcher) { again_.push_back(watcher); }
  void Forget(const Watcher* watcher);
  void CountDispatched() {
    if (++dispatched_ % kShare == 0) on_share_();
  }

  struct Free {
    void operator()(event_base* base) const;
  };

  const std::unique_ptr<event_base, Free> base_;
  const std::function<void()> on_share_;
  int dispatched_ = 0;                         // since the current Poll() or Sleep() began
  std::vector<Watcher*> again_, dispatching_;  // nullptr: forgotten
  std::vector<std::unique_ptr<Signal>> signals_;
  Alarm alarm_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_EVENT_BASE_H_
