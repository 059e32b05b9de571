// Idle keep-alive connections to workers, of one ProxyThread. LIFO; an idle one lives at most 4 s
// (engines close after 5: uvicorn, cpp-httplib); one that becomes readable while idle is closed
// (its peer left, or it speaks out of turn). Caps: per worker here, process-wide by permits of a
// shared count. Loop thread only.
#ifndef BANTO_PROXY_UPSTREAM_CONNECTION_POOL_H_
#define BANTO_PROXY_UPSTREAM_CONNECTION_POOL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "proxy/net/stream.h"
#include "proxy/net/timer.h"
#include "proxy/upstream/worker.h"

namespace banto::upstream {

// One connection to one worker; moves between the pool and Attempts.
struct UpstreamConnection {
  std::unique_ptr<net::Stream> stream;
  std::shared_ptr<WorkerState> worker;
  int requests = 0;  // answers it carried; 0: fresh
};

class ConnectionPool {
 public:
  static constexpr int64_t kIdleMs = 4'000;
  static constexpr int kIdlePerWorkerMax = 256;
  static constexpr int kIdleProcessMax = 8'192;

  ConnectionPool(net::EventLoop* loop, std::atomic<int>* permitted_in_process,
                 int64_t idle_ms = kIdleMs);
  // Closes all at once: not from within a callback of a stream that was put here in this turn.
  ~ConnectionPool();

  // The most recently used idle connection to `worker`, or an empty one. Its stream has no handler:
  // set one before returning to the loop.
  UpstreamConnection Take(const WorkerState* worker);
  // Keeps a connection whose answer was read to its end; closes it (at the turn's end, so a
  // callback of its own stream may call this) when a cap is reached. No epoll_ctl here nor in Take:
  // only the handler changes.
  void Put(UpstreamConnection connection);
  void CloseAll();
  size_t idle() const { return idle_count_; }

 private:
  class Idle;
  using Stack = std::vector<std::unique_ptr<Idle>>;  // the back was used last
  bool TakePermit();
  void ReturnPermits();
  std::unique_ptr<Idle> Unlist(Stack* stack, Stack::iterator at);
  void Remove(Idle* idle);
  void Expire();
  net::EventLoop* loop_;
  std::atomic<int>* permitted_in_process_;
  const int64_t idle_ms_;
  net::Timer sweep_;
  size_t idle_count_ = 0;
  // How many may be idle here, of the process's; idle_count_ or more. What a sweep finds too many
  // goes back, not each connection's when it is taken: that would be two writes a request to a line
  // that all threads share.
  size_t permits_ = 0;
  std::unordered_map<const WorkerState*, Stack> idle_;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_CONNECTION_POOL_H_
