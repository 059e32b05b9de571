#include "proxy/upstream/admission.h"

#include "proxy/upstream/balancer.h"
#include "proxy/upstream/shortlist.h"
#include "proxy/upstream/wait_queue.h"

namespace banto::upstream {
namespace {

const char* Among(Shortlist::Tier tier) {
  switch (tier) {
    case Shortlist::Tier::kBackup:
      return " backups";
    case Shortlist::Tier::kEjected:
      return " ejected";
    case Shortlist::Tier::kMain:
    case Shortlist::Tier::kNone:
      return "";
  }
  return "";
}

// Why this worker cannot be chosen, in words.
std::string WhyNot(const WorkerState& state, const Tried& tried) {
  if (Contains(tried, &state)) return "tried";
  if (state.admin_state() == AdminState::kDraining) return "draining";
  if (state.admin_state() == AdminState::kDisabled) return "disabled";
  const std::string reason = state.reason();
  return reason.empty() ? health::VerdictName(state.verdict()) : reason;
}

void ExplainNobody(const WorkerGroup& group, const Tried& tried, Admission* answer) {
  answer->kind = Admission::Kind::kNobody;
  if (group.workers.empty()) answer->reason = "no workers";
  for (const WorkerPtr& worker : group.workers) {
    const WorkerState& state = *worker->state;
    if (!answer->reason.empty()) answer->reason += "; ";
    answer->reason += state.name() + ": " + WhyNot(state, tried);
    answer->loading = answer->loading || (state.verdict() == health::Verdict::kLoading &&
                                          state.admin_state() == AdminState::kReady);
  }
}

}  // namespace

std::string Admission::Reason() const {
  switch (kind) {
    case Kind::kPicked:
      return std::string(picked_by) + " of " + std::to_string(picked_of) + picked_among;
    case Kind::kFull:
      if (cool_down_ms > 0) return "cooling down for " + std::to_string(cool_down_ms) + " ms";
      return "all are at max_in_flight";
    case Kind::kNobody:
      return reason;
  }
  return reason;
}

Admission Admit(const WorkerGroup& group, const Tried& tried, int64_t prompt_bytes, int64_t now_ms,
                WaitQueue* queue) {
  Admission answer;
  Shortlist list(group, tried, now_ms);
  const bool must_queue = list.any() && queue != nullptr && queue->MustQueue(group);
  if (list.any() && !must_queue) {
    answer.picked_of = list.size();
    answer.picked_among = Among(list.tier());
    answer.slot = list.Take(prompt_bytes, queue);
  }
  if (answer.slot) {
    answer.kind = Admission::Kind::kPicked;
    answer.picked_by = group.balancer->name();
  } else if (must_queue || list.worth_waiting()) {
    answer.kind = Admission::Kind::kFull;
    answer.cool_down_ms = list.cool_down_ms();
  } else {
    ExplainNobody(group, tried, &answer);
  }
  return answer;
}

}  // namespace banto::upstream
