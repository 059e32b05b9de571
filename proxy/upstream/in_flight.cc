#include "proxy/upstream/in_flight.h"

#include <cassert>
#include <utility>

#include "proxy/upstream/wait_queue.h"

namespace banto::upstream {

InFlight InFlight::TryTake(WorkerPtr worker, int64_t prompt_bytes, WaitQueue* queue) {
  InFlight slot;
  WorkerState& state = *worker->state;
  const int limit = worker->settings.max_in_flight;
  int seen = state.in_flight_.load(std::memory_order_seq_cst);
  do {
    if (limit > 0 && seen >= limit) return slot;
  } while (!state.in_flight_.compare_exchange_weak(seen, seen + 1, std::memory_order_seq_cst));
  state.prompt_bytes_.fetch_add(prompt_bytes, std::memory_order_relaxed);
  slot.worker_ = std::move(worker);
  slot.queue_ = queue;
  slot.prompt_bytes_ = prompt_bytes;
  return slot;
}

InFlight::InFlight(InFlight&& other) noexcept
    : worker_(std::move(other.worker_)),
      queue_(std::exchange(other.queue_, nullptr)),
      prompt_bytes_(std::exchange(other.prompt_bytes_, 0)) {}

InFlight& InFlight::operator=(InFlight&& other) noexcept {
  if (this == &other) return *this;
  Release();
  worker_ = std::move(other.worker_);
  queue_ = std::exchange(other.queue_, nullptr);
  prompt_bytes_ = std::exchange(other.prompt_bytes_, 0);
  return *this;
}

void InFlight::ReleasePrompt() {
  if (worker_ == nullptr || prompt_bytes_ == 0) return;
  [[maybe_unused]] const int64_t before = worker_->state->prompt_bytes_.fetch_sub(
      std::exchange(prompt_bytes_, 0), std::memory_order_relaxed);
  assert(before > 0);
}

WorkerPtr InFlight::Release() {
  if (worker_ == nullptr) return nullptr;
  ReleasePrompt();
  WorkerPtr worker = std::move(worker_);
  WaitQueue* queue = std::exchange(queue_, nullptr);
  WorkerState& state = *worker->state;
  // Free the slot first, then look for waiters: wait_queue.cc explains why both are seq_cst.
  [[maybe_unused]] const int before = state.in_flight_.fetch_sub(1, std::memory_order_seq_cst);
  assert(before > 0);
  if (queue != nullptr && state.waiters.load(std::memory_order_seq_cst) > 0) {
    queue->WorkerMayServe(&state);
  }
  return worker;
}

}  // namespace banto::upstream
