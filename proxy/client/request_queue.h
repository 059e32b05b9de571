// Connections whose clients have sent requests ahead. A turn of the loop answers a slice of them,
// however many clients ask for more, and begins with who has waited longest: a crowd that pipelines
// makes others wait no longer than one of it. Owned by a ProxyThread; loop thread only.
#ifndef BANTO_PROXY_CLIENT_REQUEST_QUEUE_H_
#define BANTO_PROXY_CLIENT_REQUEST_QUEUE_H_

#include "proxy/net/event_loop.h"
#include "proxy/net/timer.h"

namespace banto {

class RequestQueue {
 public:
  // Of all connections together, beside the first request of each read.
  static constexpr int kRequestsPerTurn = 31;

  // A connection, which may have a place in the queue; it leaves when it is destroyed.
  class Waiter {
   public:
    // Takes up what it has sent, as many requests as it is told at the most, and returns how many
    // these were. For the rest it waits anew.
    virtual int TakeTurn(int requests_max) = 0;
    void LeaveQueue();

   protected:
    Waiter() = default;
    ~Waiter() { LeaveQueue(); }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

   private:
    friend class RequestQueue;
    RequestQueue* queue_ = nullptr;  // where it waits
    Waiter* before_ = nullptr;
    Waiter* behind_ = nullptr;
  };

  explicit RequestQueue(net::EventLoop* loop) : next_turn_(loop, [this] { OnTurn(); }) {}

  // Behind all others, if it does not wait already.
  void Await(Waiter* waiter);

 private:
  void OnTurn();

  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
  net::Timer next_turn_;
};

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_REQUEST_QUEUE_H_
