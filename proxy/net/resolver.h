// Resolves host names off the loops: getaddrinfo runs on the resolver's own thread, known names are
// refreshed every 30 s, and the last good answer survives a failed refresh. Numeric hosts never
// reach that thread (an offline site must not see look-ups). Lookup functions may be called from
// any thread and never block on the network.
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
  std::vector<Address> addresses;  // if empty, see `error`
  std::string error;               // "cannot resolve gpu1: Name or service not known"
  bool own_shortage = false;       // … because we ran out of descriptors or memory
};

struct ResolverOptions {
  std::chrono::milliseconds refresh{30'000};  // between look-ups of a known name
  std::chrono::milliseconds retry{1'000};     // after a failure, the earliest next try
  // The look-up that runs on the resolver's thread; getaddrinfo if empty. For tests.
  std::function<Resolution(const std::string& host, uint16_t port)> look_up;
};

class Resolver {
 public:
  Resolver();
  explicit Resolver(ResolverOptions options);
  // No `done` is posted afterwards. Joins the thread, unless getaddrinfo is stuck: then the thread
  // exits by itself.
  ~Resolver();

  // The addresses known for host:port right now; nullptr if there are none yet (use Resolve).
  std::shared_ptr<const Resolution> Known(const std::string& host, uint16_t port);
  // Posts `done` to `loop` with the answer, immediately if it is known. A host that failed is
  // retried at most once a second.
  void Resolve(const std::string& host, uint16_t port, EventLoop* loop,
               std::function<void(std::shared_ptr<const Resolution>)> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_RESOLVER_H_
