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

int64_t InFlight::PromptTokens() const { return std::llround(held_.reason.weighed->prompt_tokens); }

int64_t InFlight::UncachedTokens() const {
  const Weighed& weighed = *held_.reason.weighed;
  return std::llround(weighed.prompt_tokens - weighed.cached_tokens);
}

// Adds the prompt to what the worker has to read, and to what it then has.
void InFlight::Count() {
  WorkerState& state = *held_.worker->state;
  if (held_.demand != nullptr)
    state.last_model_.store(held_.demand->model, std::memory_order_relaxed);
  if (held_.reason.weighed == nullptr || held_.reason.weighed->prompt_tokens <= 0) return;
  held_.prompt = Prompt::kAwaited;
  state.kv_tokens_.fetch_add(PromptTokens(), std::memory_order_relaxed);
  state.awaited_tokens_.fetch_add(UncachedTokens(), std::memory_order_relaxed);
  if (held_.demand == nullptr || state.prefixes() == nullptr) return;
  held_.kept_blocks = state.prefixes()->Insert(held_.demand->chain, &held_.lately);
  held_.kept_session = state.prefixes()->Insert(held_.demand->session);
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
  const PickCost& cost = held_.reason.weighed->cost;
  if (cost.load_ms > 0) {
    speed.NoteLoad(ms - cost.ahead_ms - cost.own_ms);
  } else {
    speed.NoteFirstToken(held_.reason.weighed->work_tokens, ms, now_ms);
  }
  ReleasePrompt();
}

CachedTokens InFlight::Expected() const {
  if (held_.prompt == Prompt::kNone) return {};
  const Weighed& weighed = *held_.reason.weighed;
  return {
      .prompt = weighed.prompt_tokens, .expected = weighed.cached_tokens, .lately = held_.lately};
}

void InFlight::AssumeRead() {
  if (held_.prompt != Prompt::kAwaited) return;
  held_.prompt = Prompt::kAssumed;
  [[maybe_unused]] const int64_t before =
      held_.worker->state->awaited_tokens_.fetch_sub(UncachedTokens(), std::memory_order_relaxed);
  assert(before >= UncachedTokens());
}

void InFlight::ReleasePrompt() {
  AssumeRead();
  if (held_.prompt != Prompt::kAssumed) return;
  held_.prompt = Prompt::kRead;
  held_.demand.reset();
}

// It never had the prompt, as far as we know.
void InFlight::Forget() {
  PrefixHolder* const prefixes = held_.worker->state->prefixes();
  if (held_.demand != nullptr && prefixes != nullptr && held_.prompt != Prompt::kNone) {
    prefixes->Remove(held_.demand->chain, held_.kept_blocks);
    prefixes->Remove(held_.demand->session, held_.kept_session);
  }
  ReleasePrompt();
}

WorkerPtr InFlight::Release() {
  if (held_.worker == nullptr) return nullptr;
  Forget();
  WorkerState& state = *held_.worker->state;
  if (held_.prompt == Prompt::kRead)
    state.kv_tokens_.fetch_sub(PromptTokens(), std::memory_order_relaxed);
  const Held held = std::exchange(held_, {});
  // Free the slot first, then look for waiters: wait_queue.cc explains why both are seq_cst.
  [[maybe_unused]] const int before = state.in_flight_.fetch_sub(1, std::memory_order_seq_cst);
  assert(before > 0);
  if (held.queue != nullptr && state.waiters().load(std::memory_order_seq_cst) > 0) {
    held.queue->WorkerMayServe(&state);
  }
  return held.worker;
}

}  // namespace banto::upstream
