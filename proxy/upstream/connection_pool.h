// Idle keep-alive connections to workers, of one ProxyThread. LIFO. Idle for at most 4 s (uvicorn
// and cpp-httplib close after 5); one that becomes readable while idle is closed, because the peer
// closed it or sent something unexpected. Limits: per worker in each pool, and process-wide through
// permits of a shared count. Loop thread only.
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
  int requests = 0;  // answers received over it; 0: new
};

class ConnectionPool {
 public:
  static constexpr int64_t kIdleMs = 4'000;
  static constexpr int kIdlePerWorkerMax = 256;
  static constexpr int kIdleProcessMax = 8'192;

  ConnectionPool(net::EventLoop* loop, std::atomic<int>* permitted_in_process,
                 int64_t idle_ms = kIdleMs);
  // Closes all connections immediately: not from within a callback of a stream that was Put in this
  // turn.
  ~ConnectionPool();

  // The most recently used idle connection to `worker`, or an empty one. Its stream has no handler:
  // set one before returning to the loop.
  UpstreamConnection Take(const WorkerState* worker);
  // Keeps a connection whose answer was read to its end, or closes it if a limit is reached (at the
  // end of the turn, so callbacks of its own stream may call this). Neither Put nor Take needs
  // epoll_ctl: only the handler changes.
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
  // How many of the process's permits this pool holds; at least idle_count_. A sweep returns
  // surplus permits; returning each when its connection is taken would write twice per request to a
  // line that all threads share.
  size_t permits_ = 0;
  std::unordered_map<const WorkerState*, Stack> idle_;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_CONNECTION_POOL_H_
