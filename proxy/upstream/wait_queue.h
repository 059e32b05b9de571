// Requests that wait for a free slot, first come first served per WorkerGroup; where groups share a
// worker the oldest of them gets the slot. One for the process, one mutex, touched only when
// something waits. It outlives every InFlight, so it is made before the loops and destroyed after
// them (their undelivered posts hold guards).
//
// Life of a waiter: Enqueue (under the lock it is listed, its workers' `waiters` rise, then the
// queue is served once so that a slot freed in between is not lost) -> a release finds waiters > 0,
// takes the slot for the oldest fitting waiter and posts the moved InFlight to its loop -> the
// callback runs there. A waiter destroyed before that passes the slot on: the InFlight in the
// undelivered post is released, which looks for the next.
//
// Ends that no call announces (a cool-down, an ejection run out by the clock) are watched by the
// places themselves: each has a timer for the earliest such end of its group, at most kLookAgainMs
// away. The Fetch needs none.
#ifndef BANTO_PROXY_UPSTREAM_WAIT_QUEUE_H_
#define BANTO_PROXY_UPSTREAM_WAIT_QUEUE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "proxy/net/event_loop.h"
#include "proxy/upstream/admission.h"

namespace banto::upstream {

// One place in the queue; destroying it leaves. Owned by a Fetch, on its loop's thread, and gone
// before the loop. Destroying it inside `granted` is fine.
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
  // waits anywhere. Admit asks this itself. Any thread, as all below but Enqueue.
  bool MustQueue(const WorkerGroup& group) const;
  // nullptr: the group's queue is full (queue_length_max), or Close() was called. Otherwise
  // `granted` is called once on `loop`, later, with a worker of the newest group that queued under
  // this queue_key. On the thread of `loop`.
  std::unique_ptr<QueuePlace> Enqueue(WorkerGroupPtr group, const Tried& tried,
                                      int64_t prompt_bytes, net::EventLoop* loop,
                                      std::function<void(InFlight)> granted);
  // A slot of `worker` may be free: serves waiters while it lasts. Guards call it on release; the
  // control plane after SetVerdict and SetAdminState.
  void WorkerMayServe(WorkerState* worker);
  // Those who wait under the group's queue_key are served by it from now on, if it is of a newer
  // snapshot. The control plane after each: a new worker or a raised limit need not wait for a
  // newcomer.
  void Follow(const WorkerGroupPtr& group);
  // How many wait under `queue_key`, for the metrics.
  int Length(const std::string& queue_key) const;
  // Process stop, before the loops are destroyed: nobody is granted or listed any more; guards only
  // count down.
  void Close();

 private:
  struct State;
  class Place;
  std::shared_ptr<State> state_;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_WAIT_QUEUE_H_
