#include "proxy/upstream/wait_line.h"

#include <utility>

#include "proxy/upstream/shortlist.h"

namespace banto::upstream {
namespace {

void CountLine(const WorkerGroup& group, int change) {
  for (const WorkerPtr& worker : group.workers) {
    worker->state->waiters().fetch_add(change, std::memory_order_seq_cst);
  }
}

const Worker* Find(const WorkerGroup& group, const WorkerState* state) {
  for (const WorkerPtr& worker : group.workers) {
    if (worker->state.get() == state) return worker.get();
  }
  return nullptr;
}

}  // namespace

bool MayTake(const Worker& worker, int64_t now_ms) {
  const health::PassiveChecker& passive = worker.state->passive();
  return worker.Available() && (!passive.CoolingDown(now_ms) || passive.MayTry(now_ms));
}

void Line::Follow(WorkerGroupPtr newer) {
  if (newer != nullptr && group != nullptr && newer->snapshot <= group->snapshot) return;
  // Up before down: a worker in both never shows 0 in between.
  if (newer != nullptr) CountLine(*newer, +1);
  if (group != nullptr) CountLine(*group, -1);
  group = std::move(newer);
}

Waiter* Line::FirstFitting(const WorkerState* worker, int64_t now_ms) const {
  const Worker* entry = Find(*group, worker);
  if (entry == nullptr) return nullptr;
  const Tried* hopeless = nullptr;  // most have tried the same workers (none): one answer is valid
                                    // for all
  for (const std::shared_ptr<Waiter>& waiter : waiters) {
    if (!MayTake(*entry, now_ms)) return nullptr;
    if (hopeless != nullptr && waiter->tried == *hopeless) continue;
    if (Shortlist(*group, waiter->tried, now_ms).any()) return waiter.get();
    hopeless = &waiter->tried;
  }
  return nullptr;
}

}  // namespace banto::upstream
