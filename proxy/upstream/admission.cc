#include "proxy/upstream/admission.h"

#include <algorithm>

#include "proxy/upstream/balancer.h"
#include "proxy/upstream/shortlist.h"
#include "proxy/upstream/wait_queue.h"

namespace banto::upstream {
namespace {

// Why this worker cannot be chosen, for people.
std::string WhyNot(const Worker& worker, const Tried& tried, int64_t now_ms) {
  const WorkerState& state = *worker.state;
  if (Contains(tried, &state)) return "tried";
  if (state.admin_state() == AdminState::kDraining) return "draining";
  if (state.admin_state() == AdminState::kDisabled) return "disabled";
  if (state.Healthy()) {
    if (std::string words = CoolDownWords(state, now_ms); !words.empty()) return words;
    if (state.Full(worker.settings.max_in_flight)) return "at max_in_flight";
  }
  const std::string reason = state.reason();
  return reason.empty() ? health::VerdictName(state.verdict()) : reason;
}

std::string WhyNobody(const WorkerGroup& group, const Tried& tried, int64_t now_ms) {
  std::string all;
  for (const WorkerPtr& worker : group.workers) {
    all += (all.empty() ? "" : "; ") + worker->name() + ": " + WhyNot(*worker, tried, now_ms);
  }
  return all.empty() ? "no workers" : all;
}

void ExplainNobody(const WorkerGroup& group, const Tried& tried, int64_t now_ms,
                   Admission* answer) {
  answer->kind = Admission::Kind::kNobody;
  answer->reason = WhyNobody(group, tried, now_ms);
  for (const WorkerPtr& worker : group.workers) {
    const WorkerState& state = *worker->state;
    answer->loading = answer->loading || (state.verdict() == health::Verdict::kLoading &&
                                          state.admin_state() == AdminState::kReady);
  }
}

}  // namespace

std::string Admission::Reason() const {
  switch (kind) {
    case Kind::kPicked:
      return slot.reason().Words();
    case Kind::kFull:
      if (cool_down_ms > 0) return "cooling down for " + std::to_string(cool_down_ms) + " ms";
      return "all are at max_in_flight";
    case Kind::kNobody:
      return reason;
  }
  return reason;
}

Admission Admit(const WorkerGroup& group, const Tried& tried, const DemandPtr& demand,
                int64_t now_ms, WaitQueue* queue) {
  Admission answer;
  Shortlist list(group, tried, now_ms);
  const bool must_queue = list.any() && queue != nullptr && queue->MustQueue(group);
  if (list.any() && !must_queue) answer.slot = list.Take(demand, queue);
  if (answer.slot) {
    answer.kind = Admission::Kind::kPicked;
  } else if (must_queue || list.worth_waiting()) {
    answer.kind = Admission::Kind::kFull;
    answer.cool_down_ms = list.cool_down_ms();
  } else {
    ExplainNobody(group, tried, now_ms, &answer);
  }
  return answer;
}

std::string CoolDownWords(const WorkerState& state, int64_t now_ms) {
  const int64_t left_ms = state.passive().cool_until_ms() - now_ms;
  if (left_ms <= 0) return {};
  const health::CoolDownCause cause = state.passive().cool_down_cause();
  if (cause == health::CoolDownCause::kRefusal)
    return "cooling down for " + std::to_string(left_ms) + " ms, after a 429 or 503";
  if (cause == health::CoolDownCause::kKeyRefused)
    return "it refuses the key that banto sends it (401 or 402) and is tried once a second";
  const char* what = cause == health::CoolDownCause::kNoTokens ? "tokens" : "requests";
  return "rate limit: 0 " + std::string(what) + " left, back in " +
         std::to_string((left_ms + 999) / 1000) + " s";
}

bool OnlyCoolDown(const WorkerGroup& group, const Tried& tried, int64_t now_ms) {
  bool some = false;
  for (const WorkerPtr& worker : group.workers) {
    const WorkerState& state = *worker->state;
    if (Contains(tried, &state) || !state.Healthy() || state.admin_state() != AdminState::kReady)
      continue;
    if (!state.passive().CoolingDown(now_ms)) return false;
    some = true;
  }
  return some;
}

bool OnlyKeysRefused(const WorkerGroup& group, const Tried& tried, int64_t now_ms) {
  const auto waits_for_more = [&](const WorkerPtr& worker) {
    const health::PassiveChecker& passive = worker->state->passive();
    return !Contains(tried, worker->state.get()) && passive.CoolingDown(now_ms) &&
           passive.cool_down_cause() != health::CoolDownCause::kKeyRefused;
  };
  return OnlyCoolDown(group, tried, now_ms) &&
         std::none_of(group.workers.begin(), group.workers.end(), waits_for_more);
}

std::string WhyCoolingDown(const WorkerGroup& group, const Tried& tried, int64_t now_ms) {
  const bool any = std::any_of(
      group.workers.begin(), group.workers.end(), [&tried, now_ms](const WorkerPtr& worker) {
        const WorkerState& state = *worker->state;
        return !Contains(tried, &state) && state.passive().CoolingDown(now_ms);
      });
  return any ? WhyNobody(group, tried, now_ms) : "";
}

}  // namespace banto::upstream
