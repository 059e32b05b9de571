// The FIFO of one queue_key inside WaitQueue, and those who stand in it. Guarded by WaitQueue's
// lock but for what says otherwise.
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
  int64_t prompt_bytes = 0;
  net::EventLoop* loop = nullptr;
  uint64_t age = 0;      // smaller is older, over all lines
  Line* line = nullptr;  // where it is listed; nullptr once granted or left
  std::list<std::shared_ptr<Waiter>>::iterator at;
  std::function<void(InFlight)>
      granted;  // of the loop's thread, no lock; empty once called or left
};

// Exists while somebody waits in it.
struct Line {
  WorkerGroupPtr group;  // of the newest snapshot seen: waiters follow a reload
  std::list<std::shared_ptr<Waiter>> waiters;

  // Makes `newer` the line's group if it is newer, and keeps `waiters` of the workers right.
  // nullptr: the line ends.
  void Follow(WorkerGroupPtr newer);
  // The oldest waiter that can be served now, looked for because `worker` may have a slot; nullptr:
  // none.
  Waiter* FirstFitting(const WorkerState* worker, int64_t now_ms) const;
};

// Could it take one request more now, from somebody who wants it?
bool MayTake(const Worker& worker, int64_t now_ms);

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_WAIT_LINE_H_
