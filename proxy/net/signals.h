// The signals that a loop hears. libevent hears them, which knows how to do that without a race; a
// loop that hears signals (the control plane's) sleeps here, the others sleep in their poller.
// Owned by its EventLoop; loop thread only.
#ifndef BANTO_PROXY_NET_SIGNALS_H_
#define BANTO_PROXY_NET_SIGNALS_H_

#include <functional>
#include <memory>
#include <vector>

struct event;
struct event_base;

namespace banto::net {

class Signals {
 public:
  using Heard = std::function<void(int number)>;

  // `poller_fd`: a sleep ends when it is readable.
  explicit Signals(int poller_fd);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // `heard` is called from Sleep(). One loop of a process may hear signals (libevent's rule).
  void Hear(int number, Heard heard);
  // Until the poller has something to tell, a signal was heard or `wait_ms` are over. 0: looks
  // without sleeping; -1: however long it takes.
  void Sleep(int wait_ms);

 private:
  struct Watch {
    Heard heard;
    event* watched = nullptr;
  };
  static void OnSignal(int number, short what, void* watch);

  event_base* base_;
  event* poller_readable_;
  event* wait_over_;
  std::vector<std::unique_ptr<Watch>> watches_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SIGNALS_H_
