// Host names -> addresses, off the loops: getaddrinfo runs on the resolver's own thread, known
// names are refreshed every 30 s and the last good answer is kept when a refresh fails. Numeric
// hosts never reach the thread (an offline company must not see a look-up tried). Lookup() is for
// any thread; it never blocks on the network.
#ifndef BANTO_PROXY_NET_RESOLVER_H_
#define BANTO_PROXY_NET_RESOLVER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "proxy/net/address.h"
#include "proxy/net/event_loop.h"

namespace banto::net {

struct Resolution {
  std::vector<Address> addresses;  // empty: see error
  std::string error;               // "cannot resolve gpu1: Name or service not known"
  bool own_shortage = false;       // … and it was our lack of descriptors or memory
};

struct ResolverOptions {
  std::chrono::milliseconds refresh{30'000};  // known names are looked up again
  std::chrono::milliseconds retry{1'000};     // a host that failed is not tried again before
  // What asks the network, on the resolver's thread; getaddrinfo when empty. Tests put their own
  // names here.
  std::function<Resolution(const std::string& host, uint16_t port)> look_up;
};

class Resolver {
 public:
  Resolver();
  explicit Resolver(ResolverOptions options);
  // After it no `done` is posted any more. Joins the thread; one that is stuck in getaddrinfo is
  // left to end by itself.
  ~Resolver();

  // The known addresses of host:port, at once; nullptr when nothing is known yet (then use
  // Resolve).
  std::shared_ptr<const Resolution> Known(const std::string& host, uint16_t port);
  // Calls `done` on `loop` with the answer (at once-posted when known). A host that failed lately
  // is tried again at most once a second.
  void Resolve(const std::string& host, uint16_t port, EventLoop* loop,
               std::function<void(std::shared_ptr<const Resolution>)> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_RESOLVER_H_
