// Requests that wait for a free slot, first come first served per WorkerGroup; if groups share a
// worker, the oldest waiter of all gets the slot. One per process with one mutex, touched only when
// something waits. It must outlive every InFlight, so it is created before the loops and destroyed
// after them (their undelivered posts hold guards).
//
// Life of a waiter: Enqueue (under the lock it is listed, its workers' `waiters` rise, and the
// queue is served once, so that a slot freed in between is not lost) -> a release finds waiters >
// 0, takes the slot for the oldest fitting waiter and posts the moved InFlight to its loop -> the
// callback runs there. If a waiter is destroyed before that, the InFlight in the undelivered post
// is released and looks for the next one.
//
// What ends by the clock (a cool-down, an ejection) is watched by the places themselves: each has a
// timer for the earliest such end in its group, at most kLookAgainMs away. The Fetch needs none.
#ifndef BANTO_PROXY_UPSTREAM_WAIT_QUEUE_H_
#define BANTO_PROXY_UPSTREAM_WAIT_QUEUE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "proxy/net/event_loop.h"
#include "proxy/upstream/admission.h"

namespace banto::upstream {

// One place in the queue; destroying it leaves the queue. Owned by a Fetch, on its loop's thread,
// and destroyed before the loop. May be destroyed inside `granted`.
class QueuePlace {
 public:
  virtual ~QueuePlace() = default;
};

class WaitQueue {
 public:
  static constexpr int64_t kLookAgainMs = 1'000;

  explicit WaitQueue(int64_t look_again_ms = kLookAgainMs);
  ~WaitQueue();

  // Whether a newcomer of this group must queue (it never overtakes). One atomic read while nothing
  // waits anywhere. Admit calls this itself. Any thread, like everything below except Enqueue.
  bool MustQueue(const WorkerGroup& group) const;
  // Returns nullptr if the group's queue is full (queue_length_max) or Close() was called.
  // Otherwise `granted` is called once on `loop`, later, with a worker of the newest group queued
  // under this queue_key. Call on the thread of `loop`.
  std::unique_ptr<QueuePlace> Enqueue(WorkerGroupPtr group, const Tried& tried, DemandPtr demand,
                                      net::EventLoop* loop, std::function<void(InFlight)> granted);
  // A slot of `worker` may be free: serves waiters while there is one. Called by guards on release,
  // and by the control plane after SetVerdict and SetAdminState.
  void WorkerMayServe(WorkerState* worker);
  // Waiters under the group's queue_key are served by this group from now on if its snapshot is
  // newer. Called by the control plane after each reload, so that a new worker or a raised limit
  // takes effect without a newcomer.
  void Follow(const WorkerGroupPtr& group);
  // Number of waiters under `queue_key`, for metrics.
  int Length(const std::string& queue_key) const;
  // At process stop, before the loops are destroyed: nothing is granted or listed any more, guards
  // only count down.
  void Close();

 private:
  struct State;
  class Place;
  std::shared_ptr<State> state_;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_WAIT_QUEUE_H_
