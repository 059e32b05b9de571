// Watches one descriptor: a libevent `event` embedded in its owner, so that nothing is allocated.
// Destroying it stops the watch; close the descriptor afterwards. Loop thread only.
#ifndef BANTO_PROXY_NET_WATCHER_H_
#define BANTO_PROXY_NET_WATCHER_H_

#include <event2/event.h>
#include <event2/event_struct.h>

namespace banto::net {

class EventBase;  // event_base.h

class Watcher {
 public:
  explicit Watcher(EventBase* base) : base_(base) {}
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // `what` is made of EV_READ, EV_WRITE and EV_CLOSED (the peer sends no more), reported for as
  // long as they hold or, with EV_ET, on changes. Replaces the previous watch. Returns 0 or the
  // errno with which the kernel refused (ENOSPC: fs.epoll.max_user_watches exceeded), after which
  // nothing is reported.
  [[nodiscard]] int Watch(int fd, short what);
  void Unwatch();
  bool watched() const { return watched_; }
  // Calls OnAgain() in the next turn, once however often it is requested.
  void CallAgain();

 protected:
  ~Watcher();

 private:
  friend class EventBase;
  // `what` holds those watched conditions that are true.
  virtual void OnEvents(short what) = 0;
  virtual void OnAgain() {}
  static void OnEvent(int fd, short what, void* watcher);

  event event_;
  EventBase* const base_;
  bool watched_ = false;
  bool again_ = false;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_WATCHER_H_
