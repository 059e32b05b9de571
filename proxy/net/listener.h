// One SO_REUSEPORT listening socket on one loop. Accepts in bounded batches (a flood must not
// starve the turn) and rests for a moment when descriptors run out instead of spinning. Loop thread
// only; destroying closes the socket.
#ifndef BANTO_PROXY_NET_LISTENER_H_
#define BANTO_PROXY_NET_LISTENER_H_

#include <functional>
#include <memory>
#include <string>

#include "proxy/net/address.h"
#include "proxy/net/event_loop.h"
#include "proxy/net/timer.h"
#include "proxy/net/url.h"
#include "proxy/net/watcher.h"

namespace banto::net {

class ListenSocket;  // listen_socket.h

class Listener final : private Watcher {
 public:
  using OnAccept =
      std::function<void(int fd, const Address& peer)>;  // fd is non-blocking, TCP_NODELAY, ours

  // Binds and listens. nullptr with `error` ("cannot listen on 0.0.0.0:80: Permission denied").
  static std::unique_ptr<Listener> Create(EventLoop* loop, const ListenAddress& address,
                                          OnAccept on_accept, std::string* error);
  ~Listener();

  uint16_t port() const { return port_; }
  // Stops and resumes accepting (connections_max reached); waiting clients stay in the backlog.
  void SetAccepting(bool on);
  // Takes what already waits in the backlog, then closes: closing a reuseport listener would reset
  // those.
  void DrainAndClose();

 private:
  Listener(EventLoop* loop, std::shared_ptr<ListenSocket> socket, OnAccept on_accept);
  void OnEvents(short what) override;
  enum class Backlog {
    kEmpty,
    kMore,
    kBroke
  };  // what an AcceptBatch leaves: kBroke: out of descriptors
  Backlog AcceptBatch(int count_max);
  void Resume();

  std::shared_ptr<ListenSocket> socket_;  // nullptr once drained
  uint16_t port_;
  OnAccept on_accept_;
  bool accepting_ = true;  // what the owner wants
  Timer rest_;             // after EMFILE
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_LISTENER_H_
