#include "proxy/upstream/wait_queue.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "proxy/net/timer.h"
#include "proxy/upstream/shortlist.h"
#include "proxy/upstream/wait_line.h"

// Why no wake-up is lost. The invariant, whenever the lock is free and no release is about to take
// it: no listed waiter could be served by a free slot.
//
// A slot is freed in InFlight::Release, without the lock:
//   (R1) in_flight -= 1    (R2) read waiters
// A waiter is added in Enqueue, under the lock:
//   (E1) waiters += 1      (E2) read in_flight of its workers
// All four are seq_cst, so all threads see them in one order. Either E1 is before R2: the release
// sees a waiter, takes the lock and serves. Or R2 is before E1, hence R1 before E2: the enqueuer
// sees the free slot and serves. (If the line existed already, E1 was done earlier under the same
// lock, which only moves it further before E2.)
//
// Verdicts and admin states are written before WorkerMayServe, which always takes the lock: either
// it finds the waiter listed, or the Enqueue follows under the same lock and reads the new values.
//
// What ends by the clock alone (cool-downs, ejections) is not announced by any call: places have a
// timer.
//
// The thread that posts a grant removes the waiter from its line, under the lock; the slot travels
// in the task. If the place is gone when the task runs, or the task is destroyed with its loop, the
// guard's release is again R1, R2: it passes the slot on.
//
// Newcomers do not overtake: Admit reads `waiting` before it takes a slot. It may read 0 and then
// take a slot freed just after a waiter was listed; but that newcomer was there first, and a thread
// has at most one such request at a time, so nobody starves.

namespace banto::upstream {
namespace {

int64_t NowMs() { return net::EventLoop::NowUs() / 1'000; }

}  // namespace

struct WaitQueue::State {
  // Gives `worker`'s free slots to the oldest waiters that fit. Requires the lock, as all below.
  void Serve(const WorkerState* worker);
  void ServeLine(const Line& line);
  void Grant(Waiter* waiter, InFlight slot);
  void List(WorkerGroupPtr group, const std::shared_ptr<Waiter>& waiter);
  std::shared_ptr<Waiter> Delist(Waiter* waiter);
  // Until a cool-down or an ejection in the waiter's group ends, at most look_again_ms.
  int64_t LookAgainIn(const Waiter& waiter) const;

  State(WaitQueue* owner, int64_t look_again) : queue(owner), look_again_ms(look_again) {}
  WaitQueue* const queue;  // handed to guards; not used once closed
  const int64_t look_again_ms;
  mutable std::mutex mutex;
  std::atomic<int> waiting{0};  // waiters in all lines; written under the lock
  bool closed = false;
  uint64_t next_age = 0;
  std::unordered_map<std::string, Line> lines;  // by queue_key
};

// The public handle of a waiter, with the timer that looks again.
class WaitQueue::Place final : public QueuePlace {
 public:
  Place(std::shared_ptr<State> state, std::shared_ptr<Waiter> waiter)
      : state_(std::move(state)),
        waiter_(std::move(waiter)),
        look_again_(waiter_->loop, [this] { LookAgain(); }) {
    std::lock_guard lock(state_->mutex);
    if (waiter_->line != nullptr) look_again_.Set(state_->LookAgainIn(*waiter_));
  }

  ~Place() override {
    {
      std::lock_guard lock(state_->mutex);
      if (waiter_->line != nullptr) state_->Delist(waiter_.get());
    }
    waiter_->granted = nullptr;  // a grant on its way finds no callback and passes its slot on
  }

 private:
  void LookAgain() {
    std::lock_guard lock(state_->mutex);
    Line* line = waiter_->line;
    // The front looks on behalf of all; the others keep their timer, since any may be the front
    // next time.
    if (line != nullptr && line->waiters.front() == waiter_) state_->ServeLine(*line);
    if (waiter_->line != nullptr) look_again_.Set(state_->LookAgainIn(*waiter_));
  }

  const std::shared_ptr<State> state_;
  const std::shared_ptr<Waiter> waiter_;
  net::Timer look_again_;
};

WaitQueue::WaitQueue(int64_t look_again_ms)
    : state_(std::make_shared<State>(this, look_again_ms)) {}
WaitQueue::~WaitQueue() { Close(); }

bool WaitQueue::MustQueue(const WorkerGroup& group) const {
  if (state_->waiting.load(std::memory_order_seq_cst) == 0) return false;
  return Length(group.queue_key) > 0;
}

int WaitQueue::Length(const std::string& queue_key) const {
  std::lock_guard lock(state_->mutex);
  const auto found = state_->lines.find(queue_key);
  return found == state_->lines.end() ? 0 : static_cast<int>(found->second.waiters.size());
}

void WaitQueue::Close() {
  std::lock_guard lock(state_->mutex);
  state_->closed = true;
}

void WaitQueue::WorkerMayServe(WorkerState* worker) {
  std::lock_guard lock(state_->mutex);
  state_->Serve(worker);
}

void WaitQueue::Follow(const WorkerGroupPtr& group) {
  std::lock_guard lock(state_->mutex);
  const auto found = state_->lines.find(group->queue_key);
  if (found == state_->lines.end()) return;
  found->second.Follow(group);
  state_->ServeLine(found->second);
}

std::unique_ptr<QueuePlace> WaitQueue::Enqueue(WorkerGroupPtr group, const Tried& tried,
                                               DemandPtr demand, net::EventLoop* loop,
                                               std::function<void(InFlight)> granted) {
  auto waiter = std::make_shared<Waiter>();
  waiter->tried = tried;
  waiter->demand = std::move(demand);
  waiter->loop = loop;
  waiter->granted = std::move(granted);
  {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->lines.find(group->queue_key);
    const size_t length = found == state_->lines.end() ? 0 : found->second.waiters.size();
    const auto length_max = static_cast<size_t>(std::max(0, group->queue_length_max));
    if (state_->closed || length >= length_max) return nullptr;
    state_->List(std::move(group), waiter);
    state_->ServeLine(*waiter->line);
  }
  return std::make_unique<Place>(state_, std::move(waiter));
}

void WaitQueue::State::List(WorkerGroupPtr group, const std::shared_ptr<Waiter>& waiter) {
  Line& line = lines[group->queue_key];
  line.Follow(std::move(group));
  waiter->age = next_age++;
  waiter->line = &line;
  waiter->at = line.waiters.insert(line.waiters.end(), waiter);
  waiting.fetch_add(1, std::memory_order_seq_cst);
}

std::shared_ptr<Waiter> WaitQueue::State::Delist(Waiter* waiter) {
  Line* line = std::exchange(waiter->line, nullptr);
  std::shared_ptr<Waiter> owned = std::move(*waiter->at);
  line->waiters.erase(waiter->at);
  waiting.fetch_sub(1, std::memory_order_seq_cst);
  if (line->waiters.empty()) {
    const WorkerGroupPtr group = line->group;
    line->Follow(nullptr);
    lines.erase(group->queue_key);
  }
  return owned;
}

void WaitQueue::State::ServeLine(const Line& line) {
  // A copy: serving the last waiter destroys the line.
  const WorkerGroupPtr group = line.group;
  const int64_t now_ms = NowMs();
  for (const WorkerPtr& worker : group->workers) {
    if (MayTake(*worker, now_ms)) Serve(worker->state.get());
  }
}

void WaitQueue::State::Serve(const WorkerState* worker) {
  if (closed) return;
  const int64_t now_ms = NowMs();
  while (true) {
    Waiter* oldest = nullptr;
    for (const auto& [key, line] : lines) {
      Waiter* first = line.FirstFitting(worker, now_ms);
      if (first != nullptr && (oldest == nullptr || first->age < oldest->age)) oldest = first;
    }
    if (oldest == nullptr) return;
    // Empty if a newcomer of a group without a line was faster; then there is one slot less, so
    // this terminates.
    InFlight slot =
        Shortlist(*oldest->line->group, oldest->tried, now_ms).Take(oldest->demand, queue);
    if (slot) Grant(oldest, std::move(slot));
  }
}

void WaitQueue::State::Grant(Waiter* waiter, InFlight slot) {
  net::EventLoop* loop = waiter->loop;
  auto deliver = [waiter = Delist(waiter), slot = std::move(slot)]() mutable {
    if (!waiter->granted) {
      slot.Release();
      return;
    }
    // Moved out first: the callback may destroy the place, which clears `granted`.
    const std::function<void(InFlight)> granted = std::exchange(waiter->granted, nullptr);
    granted(std::move(slot));
  };
  // Under the lock, so that nothing is posted to a place that is gone, perhaps along with its loop.
  loop->Post(std::move(deliver));
}

int64_t WaitQueue::State::LookAgainIn(const Waiter& waiter) const {
  const int64_t now_ms = NowMs();
  int64_t wait_ms = look_again_ms;
  for (const WorkerPtr& worker : waiter.line->group->workers) {
    const health::PassiveChecker& passive = worker->state->passive();
    for (const int64_t end_ms :
         {passive.cool_until_ms(), passive.trial_at_ms(), passive.ejected_until_ms()}) {
      if (end_ms > now_ms) wait_ms = std::min(wait_ms, end_ms - now_ms);
    }
  }
  return wait_ms;
}

}  // namespace banto::upstream
