// A listening socket on one loop. Accepts in bounded batches, so that a flood does not starve the
// turn, and pauses instead of spinning when descriptors run out. Destroying it closes the socket.
// Loop thread only.
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
      std::function<void(int fd, const Address& peer)>;  // fd is non-blocking with TCP_NODELAY; the
                                                         // callee owns it

  // Binds and listens. Returns nullptr with `error` set ("cannot listen on 0.0.0.0:80: Permission
  // denied").
  static std::unique_ptr<Listener> Create(EventLoop* loop, const ListenAddress& address,
                                          OnAccept on_accept, std::string* error);
  ~Listener();

  uint16_t port() const { return port_; }
  // Pauses and resumes accepting (connections_max reached); waiting clients stay in the backlog.
  void SetAccepting(bool on);
  // Accepts everything in the backlog, then closes: closing a reuseport listener would reset those
  // clients.
  void DrainAndClose();

 private:
  Listener(EventLoop* loop, std::shared_ptr<ListenSocket> socket, OnAccept on_accept);
  void OnEvents(short what) override;
  enum class Backlog {
    kEmpty,
    kMore,
    kBroke
  };  // state after an AcceptBatch; kBroke: out of descriptors
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
