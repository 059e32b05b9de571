// The FIFO of one queue_key inside WaitQueue, and its waiters. Guarded by WaitQueue's lock unless
// noted.
#ifndef BANTO_PROXY_UPSTREAM_WAIT_LINE_H_
#define BANTO_PROXY_UPSTREAM_WAIT_LINE_H_

#include <cstdint>
#include <functional>
#include <list>
#include <memory>

#include "proxy/net/event_loop.h"
#include "proxy/upstream/admission.h"

namespace banto::upstream {

struct Line;

// Shared by its QueuePlace, the line that lists it and the posted grant.
struct Waiter {
  Tried tried;
  DemandPtr demand;
  net::EventLoop* loop = nullptr;
  uint64_t age = 0;      // smaller is older, across all lines
  Line* line = nullptr;  // the line that lists it; nullptr once granted or left
  std::list<std::shared_ptr<Waiter>>::iterator at;
  std::function<void(InFlight)> granted;  // loop's thread, no lock; empty once called or left
};

// Exists while it has waiters.
struct Line {
  WorkerGroupPtr group;  // of the newest snapshot seen: waiters follow a reload
  std::list<std::shared_ptr<Waiter>> waiters;

  // Adopts `newer` as the line's group if it is newer, and keeps the `waiters` counts of the
  // workers right. nullptr: the line ends.
  void Follow(WorkerGroupPtr newer);
  // The oldest waiter that can be served now, given that `worker` may have a slot; nullptr: none.
  Waiter* FirstFitting(const WorkerState* worker, int64_t now_ms) const;
};

// Whether it could take another request now.
bool MayTake(const Worker& worker, int64_t now_ms);

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_WAIT_LINE_H_
