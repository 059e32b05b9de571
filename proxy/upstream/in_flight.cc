#include "proxy/upstream/in_flight.h"

#include <cassert>
#include <cmath>

#include "proxy/upstream/wait_queue.h"

namespace banto::upstream {

InFlight InFlight::TryTake(WorkerPtr worker, WaitQueue* queue, PickReason reason,
                           DemandPtr demand) {
  InFlight slot;
  WorkerState& state = *worker->state;
  const int limit = worker->settings.max_in_flight;
  int seen = state.in_flight_.load(std::memory_order_seq_cst);
  do {
    if (limit > 0 && seen >= limit) return slot;
  } while (!state.in_flight_.compare_exchange_weak(seen, seen + 1, std::memory_order_seq_cst));
  slot.held_.worker = std::move(worker);
  slot.held_.queue = queue;
  slot.held_.reason = std::move(reason);
  slot.held_.demand = std::move(demand);
  slot.Count();
  return slot;
}

// Adds the prompt to what the worker has to read, and to what it then has.
void InFlight::Count() {
  const PickReason& reason = held_.reason;
  WorkerState& state = *held_.worker->state;
  if (held_.demand != nullptr)
    state.last_model_.store(held_.demand->model, std::memory_order_relaxed);
  if (reason.prompt_tokens <= 0) return;
  held_.prompt = Prompt::kAwaited;
  held_.prompt_tokens = std::llround(reason.prompt_tokens);
  held_.uncached_tokens = std::llround(reason.prompt_tokens - reason.cached_tokens);
  state.kv_tokens_.fetch_add(held_.prompt_tokens, std::memory_order_relaxed);
  state.awaited_tokens_.fetch_add(held_.uncached_tokens, std::memory_order_relaxed);
  if (held_.demand == nullptr || state.prefixes() == nullptr) return;
  held_.kept_blocks = state.prefixes()->Insert(held_.demand->chain);
  if (!held_.demand->session.empty()) state.prefixes()->Insert(held_.demand->session);
}

InFlight& InFlight::operator=(InFlight&& other) noexcept {
  if (this == &other) return *this;
  Release();
  held_ = std::exchange(other.held_, {});
  return *this;
}

void InFlight::FirstToken(int64_t after_us, int64_t now_ms) {
  if (held_.prompt != Prompt::kAwaited) return;
  const double ms = static_cast<double>(after_us) / 1'000;
  WorkerSpeed& speed = held_.worker->state->speed();
  const PickCost& cost = held_.reason.cost;
  if (cost.load_ms > 0) {
    speed.NoteLoad(ms - cost.ahead_ms - cost.own_ms);
  } else {
    speed.NoteFirstToken(held_.reason.work_tokens, ms, now_ms);
  }
  ReleasePrompt();
}

void InFlight::ReleasePrompt() {
  if (held_.prompt != Prompt::kAwaited) return;
  held_.prompt = Prompt::kRead;
  held_.demand.reset();
  [[maybe_unused]] const int64_t before = held_.worker->state->awaited_tokens_.fetch_sub(
      held_.uncached_tokens, std::memory_order_relaxed);
  assert(before >= held_.uncached_tokens);
}

// It never had the prompt, as far as we know.
void InFlight::Forget() {
  if (held_.prompt != Prompt::kAwaited) return;
  if (PrefixHolder* const prefixes = held_.worker->state->prefixes();
      prefixes != nullptr && held_.demand != nullptr)
    prefixes->Remove(held_.demand->chain, held_.kept_blocks);
  ReleasePrompt();
}

WorkerPtr InFlight::Release() {
  if (held_.worker == nullptr) return nullptr;
  Forget();
  const Held held = std::exchange(held_, {});
  WorkerState& state = *held.worker->state;
  state.kv_tokens_.fetch_sub(held.prompt_tokens, std::memory_order_relaxed);
  // Free the slot first, then look for waiters: wait_queue.cc explains why both are seq_cst.
  [[maybe_unused]] const int before = state.in_flight_.fetch_sub(1, std::memory_order_seq_cst);
  assert(before > 0);
  if (held.queue != nullptr && state.waiters.load(std::memory_order_seq_cst) > 0) {
    held.queue->WorkerMayServe(&state);
  }
  return held.worker;
}

}  // namespace banto::upstream
