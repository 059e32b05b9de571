// Who is told of one descriptor's readiness: a libevent `event` inside of its owner, so that
// nothing is allocated for it. Destroying ends it; a descriptor is closed after that. Loop thread
// only.
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

  // EV_READ, EV_WRITE, EV_CLOSED (the peer sends no more), again for as long as it is so, or with
  // EV_ET when it changes. Replaces what was watched before. 0, or the errno with which the kernel
  // refuses (ENOSPC: more than fs.epoll.max_user_watches): nothing will be told then.
  [[nodiscard]] int Watch(int fd, short what);
  void Unwatch();
  bool watched() const { return watched_; }
  // OnAgain() in the next turn; asking twice is asking once.
  void TellAgain();

 protected:
  ~Watcher();

 private:
  friend class EventBase;
  // What is there, of what is watched.
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
