// Connections whose clients have pipelined requests. Each turn of the loop answers a bounded number
// of them, those that have waited longest first, so that a crowd of pipelining clients delays
// others no more than one of them would. Owned by a ProxyThread; loop thread only.
#ifndef BANTO_PROXY_CLIENT_REQUEST_QUEUE_H_
#define BANTO_PROXY_CLIENT_REQUEST_QUEUE_H_

#include "proxy/net/event_loop.h"
#include "proxy/net/timer.h"

namespace banto {

class RequestQueue {
 public:
  // For all connections together, besides the first request of each read.
  static constexpr int kRequestsPerTurn = 31;

  // A connection that may have a place in the queue; destroying it gives up the place.
  class Waiter {
   public:
    // Takes up at most `requests_max` of its requests and returns how many. For the rest it queues
    // again.
    virtual int TakeTurn(int requests_max) = 0;
    void LeaveQueue();

   protected:
    Waiter() = default;
    ~Waiter() { LeaveQueue(); }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

   private:
    friend class RequestQueue;
    RequestQueue* queue_ = nullptr;  // the queue in which it waits
    Waiter* before_ = nullptr;
    Waiter* behind_ = nullptr;
  };

  explicit RequestQueue(net::EventLoop* loop) : next_turn_(loop, [this] { OnTurn(); }) {}

  // Queues `waiter` last, unless it is queued already.
  void Await(Waiter* waiter);

 private:
  void OnTurn();

  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
  net::Timer next_turn_;
};

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_REQUEST_QUEUE_H_
