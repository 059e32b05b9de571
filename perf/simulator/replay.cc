#include "perf/simulator/replay.h"

#include <algorithm>

namespace banto::perf {

struct Replay::Worker {
  explicit Worker(const EngineCosts& costs) : engine(costs) {}
  StepEngine engine;
  bool steps = false;
};

// One request on its way.
class Replay::Asked : public StepEngine::Sequence {
 public:
  Asked(Replay& replay, size_t index, Router::Hold hold)
      : replay_(replay), hold_(std::move(hold)), index_(index), asked_at_ms_(replay.now_ms_) {}

  void OnSlot(int64_t cached_tokens) override { cached_tokens_ = cached_tokens; }
  void OnTokens(int64_t first, int64_t count, bool last) override {
    if (first == 0) {
      first_token_at_ms_ = replay_.now_ms_;
      hold_.FirstToken(static_cast<int64_t>(replay_.now_ms_));
    }
    tokens_ = first + count;
    if (!last) return;
    hold_.End(replay_.trace_[index_].prompt_tokens, cached_tokens_);
    replay_.OnEnd(*this);
  }

  size_t index() const { return index_; }
  size_t worker() const { return hold_.worker(); }
  double first_token_ms() const { return first_token_at_ms_ - asked_at_ms_; }
  int64_t tokens() const { return tokens_; }
  double between_ms() const {
    return (replay_.now_ms_ - first_token_at_ms_) / static_cast<double>(tokens_ - 1);
  }

 private:
  Replay& replay_;
  Router::Hold hold_;
  const size_t index_;
  const double asked_at_ms_;
  double first_token_at_ms_ = 0;
  int64_t tokens_ = 0;
  int64_t cached_tokens_ = 0;
};

Replay::Replay(const Trace& trace, const std::vector<EngineCosts>& workers, conf::Policy policy,
               int64_t assumed_kv)
    : trace_(trace),
      router_(policy, workers, assumed_kv),
      asked_(trace.size()),
      next_of_session_(FollowersOf(trace)) {
  for (const EngineCosts& costs : workers) workers_.push_back(std::make_unique<Worker>(costs));
}

Replay::~Replay() = default;

void Replay::Schedule(double at_ms, EventKind kind, size_t index) {
  events_.push({at_ms, order_++, kind, index});
}

void Replay::ScheduleArrivals() {
  std::vector<bool> follows(trace_.size());
  for (const size_t next : next_of_session_) follows[next] = next != 0;
  for (size_t i = 0; i < trace_.size(); ++i) {
    if (!follows[i]) Schedule(trace_[i].at_ms, EventKind::kArrival, i);
  }
}

void Replay::Arrive(size_t index) {
  const TracedRequest& request = trace_[index];
  const bool fits = std::all_of(workers_.begin(), workers_.end(), [&request](const auto& worker) {
    return worker->engine.Fits(request.prompt_tokens, request.output_tokens);
  });
  if (!fits) {
    ++result_.too_long;
    return;
  }
  PromptOf prompt{request.prompt_tokens, ChainOf(request)};
  Router::Hold hold = router_.Pick(request, prompt.chain, static_cast<int64_t>(now_ms_));
  const size_t number = hold.worker();
  Worker& worker = *workers_[number];
  asked_[index] = std::make_unique<Asked>(*this, index, std::move(hold));
  result_.prompt_tokens += request.prompt_tokens;
  worker.engine.Submit(asked_[index].get(), std::move(prompt), request.output_tokens);
  if (!std::exchange(worker.steps, true)) Schedule(now_ms_, EventKind::kStepStart, number);
}

void Replay::StartStep(size_t number) {
  Worker& worker = *workers_[number];
  const std::optional<double> ms = worker.engine.PlanStep();
  worker.steps = ms.has_value();
  if (ms) Schedule(now_ms_ + *ms, EventKind::kStepEnd, number);
}

void Replay::OnEnd(const Asked& asked) {
  const size_t index = asked.index();
  result_.first_token_ms.push_back(asked.first_token_ms());
  if (asked.tokens() > 1) result_.between_ms.push_back(asked.between_ms());
  if (const size_t next = next_of_session_[index]; next != 0) {
    Schedule(now_ms_ + trace_[next].think_ms, EventKind::kArrival, next);
  }
  ended_.push_back(std::move(asked_[index]));  // it is on the call stack
}

void Replay::Handle(const Event& event) {
  switch (event.kind) {
    case EventKind::kArrival:
      return Arrive(event.index);
    case EventKind::kStepEnd:
      workers_[event.index]->engine.FinishStep();
      ended_.clear();
      return StartStep(event.index);
    case EventKind::kStepStart:
      return StartStep(event.index);
  }
}

ReplayResult Replay::Collect() {
  result_.lasted_ms = now_ms_;
  for (const auto& worker : workers_) {
    const EngineCounts& counts = worker->engine.counts();
    result_.busy_ms.push_back(counts.busy_ms);
    result_.cached_tokens += counts.cached_tokens;
    result_.preempted += counts.preempted;
  }
  return std::move(result_);
}

ReplayResult Replay::Run() {
  ScheduleArrivals();
  while (!events_.empty()) {
    const Event event = events_.top();
    events_.pop();
    now_ms_ = event.at_ms;
    Handle(event);
  }
  return Collect();
}

}  // namespace banto::perf
