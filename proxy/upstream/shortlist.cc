#include "proxy/upstream/shortlist.h"

#include <algorithm>
#include <random>
#include <utility>

#include "proxy/base/split_mix.h"
#include "proxy/upstream/lottery.h"

namespace banto::upstream {
namespace {

// One random generator per thread: no lock, and threads that start together do not herd.
uint64_t FreshRandom() {
  thread_local base::SplitMix stream((uint64_t{std::random_device{}()} << 32) ^
                                     std::random_device{}());
  return stream.Next();
}

const char* Among(Shortlist::Tier tier) {
  switch (tier) {
    case Shortlist::Tier::kBackup:
      return " backups";
    case Shortlist::Tier::kEjected:
      return " ejected";
    case Shortlist::Tier::kTrial:
      return " cooling down";
    case Shortlist::Tier::kMain:
    case Shortlist::Tier::kNone:
      return "";
  }
  return "";
}

}  // namespace

bool Contains(const Tried& tried, const WorkerState* worker) {
  return std::find(tried.begin(), tried.end(), worker) != tried.end();
}

Shortlist::Shortlist(const WorkerGroup& group, const Tried& tried, int64_t now_ms)
    : group_(group), now_ms_(now_ms) {
  if (group.workers.size() > kInline)
    overflow_ = std::make_unique_for_overwrite<Candidate[]>(group.workers.size());
  list_ = overflow_ ? overflow_.get() : inline_.data();
  for (const WorkerPtr& worker : group.workers) {
    if (tried.empty() || !Contains(tried, worker->state.get())) Consider(worker, now_ms);
  }
  if (tier_ >= Tier::kEjected && good_) {  // better to wait for a good one than to fail fast at a
                                           // bad one
    size_ = 0;
    tier_ = Tier::kNone;
  }
}

// Inlined by force, as a call for each of many workers costs as much as what it does.
[[gnu::always_inline]] inline void Shortlist::Consider(const WorkerPtr& worker, int64_t now_ms) {
  const WorkerState& state = *worker->state;
  if (!state.Healthy() || state.admin_state() != AdminState::kReady) return;
  const int64_t cool = state.passive().cool_until_ms() - now_ms;
  if (cool > 0) return ConsiderTrial(worker, now_ms, cool);
  const bool ejected = state.passive().Ejected(now_ms);
  if (!ejected) good_ = true;
  if (state.Full(worker->settings.max_in_flight)) {
    full_ = true;
    return;
  }
  Add(ejected ? Tier::kEjected : worker->settings.backup ? Tier::kBackup : Tier::kMain, worker);
}

void Shortlist::ConsiderTrial(const WorkerPtr& worker, int64_t now_ms, int64_t cool) {
  const WorkerState& state = *worker->state;
  cool_down_ms_ = cool_down_ms_ == 0 ? cool : std::min(cool_down_ms_, cool);
  const bool full = state.Full(worker->settings.max_in_flight);
  if (!full && state.passive().MayTry(now_ms)) Add(Tier::kTrial, worker);
}

inline void Shortlist::Add(Tier tier, const WorkerPtr& worker) {
  if (tier > tier_) return;
  if (tier < tier_) size_ = 0;
  tier_ = tier;
  list_[size_++] = {&worker, worker->state.get(), std::max(1, worker->settings.weight)};
}

InFlight Shortlist::Take(const DemandPtr& demand, WaitQueue* queue) {
  while (size_ > 0) {
    const Candidates candidates(list_, size_);
    // Asked even for a sole candidate: round robin's turn must be counted.
    Choice choice = group_.balancer->Pick(
        candidates,
        {.group = group_, .demand = demand.get(), .now_ms = now_ms_, .random = FreshRandom()});
    choice.reason.policy = group_.balancer->name();
    choice.reason.among = Among(tier_);
    choice.reason.of = size();
    // Claimed before the slot: giving a slot back would serve the queue, which may be the caller.
    if (tier_ != Tier::kTrial || (*choice.worker)->state->passive().TakeTrial(now_ms_)) {
      InFlight slot = InFlight::TryTake(*choice.worker, queue, std::move(choice.reason), demand);
      if (slot) return slot;
    }
    full_ = true;
    *std::find_if(list_, list_ + size_, [&choice](const Candidate& candidate) {
      return candidate.worker == choice.worker;
    }) = list_[size_ - 1];
    --size_;
  }
  tier_ = Tier::kNone;
  return {};
}

}  // namespace banto::upstream
