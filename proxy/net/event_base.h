// One thread's libevent base with what a loop needs beside it: who wants to be told again without
// an event, one moment at which a sleep ends, and signals. Owned by an EventLoop; loop thread only.
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
  using Heard = std::function<void(int number)>;

  // `on_share` is called after every 64th watcher that is told in one Look() or Sleep(): timers and
  // what waits for a turn's end must have theirs, too. No callback is on the stack.
  explicit EventBase(std::function<void()> on_share);
  ~EventBase();
  EventBase(const EventBase&) = delete;
  EventBase& operator=(const EventBase&) = delete;

  // Tells those who asked for Again(). Whether there were any.
  bool TellAgain();
  // Tells the watchers of what is there now. Look() never waits, Sleep() until there is something.
  void Look();
  void Sleep();
  // A Sleep() ends at this moment of the steady clock; one that was asked for earlier ends it too.
  void SleepUntil(int64_t at_ms);
  // `heard` is called from Look() or Sleep(). One base of a process may hear signals (libevent's
  // rule).
  void HearSignal(int number, Heard heard);

 private:
  friend class Watcher;
  static constexpr int kShare = 64;
  static constexpr int64_t kNever = INT64_MAX;

  struct Alarm final : Watcher {
    explicit Alarm(EventBase* base);
    ~Alarm();
    void OnEvents(short /*what*/) override { at_ms = kNever; }
    int fd;
    int64_t at_ms = kNever;  // when it rings
  };
  struct Signal;

  void Again(Watcher* watcher) { again_.push_back(watcher); }
  void Forget(const Watcher* watcher);
  void NoteTold() {
    if (++told_ % kShare == 0) on_share_();
  }

  struct Free {
    void operator()(event_base* base) const;
  };

  const std::unique_ptr<event_base, Free> base_;
  const std::function<void()> on_share_;
  int told_ = 0;                           // since the last Look() or Sleep() began
  std::vector<Watcher*> again_, telling_;  // nullptr: forgotten
  std::vector<std::unique_ptr<Signal>> signals_;
  Alarm alarm_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_EVENT_BASE_H_
