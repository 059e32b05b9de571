#include "health/probe_plan.h"

#include <algorithm>
#include <cmath>

#include "health/engine_detector.h"
#include "health/model_list.h"
#include "health/worker_asker.h"
#include "proxy/api/engine_traits.h"
#include "proxy/http/writer.h"

namespace banto::health {
namespace {

using api::WorkerKind;

constexpr int64_t kListTimeoutMs = 5'000;
constexpr int64_t kSeldomIntervalMs = 60'000;
constexpr int64_t kFastIntervalMsMin = 1'000;

bool IsHtml(const HttpGetResult& answer) {
  return answer.content_type.find("text/html") != std::string::npos;
}

// Empty if `answer` means "alive".
std::string WhyNotAlive(Accept accept, const HttpGetResult& answer) {
  switch (accept) {
    case Accept::kBelow500:
      return answer.status < 500 ? "" : "not below 500";
    case Accept::kBelow400:
      return answer.status < 400 ? "" : "not below 400";
    case Accept::kHealthRoute:
      break;
  }
  if (answer.status >= 300 && answer.status < 400)
    return "a redirect, which a probe does not follow";
  if (answer.status >= 400) return "not 2xx";
  if (IsHtml(answer)) return "an HTML page instead of the engine's answer";
  if (!answer.whole) return answer.error.empty() ? "too long for a health answer" : answer.error;
  return "";
}

}  // namespace

ProbePlan PlanProbe(WorkerKind kind, const conf::Worker& worker, const conf::Health& settings,
                    const std::string& found_health_path) {
  const api::EngineTraits& traits = api::TraitsOf(kind);
  ProbePlan plan;
  plan.connect_only = traits.cut_by_requests;
  plan.path = traits.health_path;
  plan.accept = traits.has_health_route ? Accept::kHealthRoute : Accept::kBelow500;
  if (!found_health_path.empty()) {
    plan.path = found_health_path;
    plan.accept = Accept::kHealthRoute;
  }
  if (!settings.path.empty()) {
    plan.path = settings.path;
    plan.accept = Accept::kBelow400;
  }
  plan.timeout_ms = settings.timeout_ms > 0 ? settings.timeout_ms : traits.probe_timeout_ms;
  plan.list_timeout_ms = settings.timeout_ms > 0 ? settings.timeout_ms : kListTimeoutMs;
  plan.interval_ms = settings.interval_ms;
  // Paid or rate-limited, or behind TLS and thus not ours.
  plan.seldom = api::TraitsOf(worker.kind).is_managed || worker.url.tls() || BehindTunnel(worker);
  if (plan.seldom) plan.interval_ms = std::max(plan.interval_ms, kSeldomIntervalMs);
  return plan;
}

ProbeReading ReadProbe(const ProbePlan& plan, WorkerKind kind, const HttpGetResult& answer,
                       bool was_ready) {
  const api::EngineTraits& traits = api::TraitsOf(kind);
  if (answer.status == 0) {
    if (plan.connect_only && answer.error.empty()) return {ProbeOutcome::kOk, "connected"};
    return {ProbeOutcome::kFailed, answer.error, false};
  }
  const std::string asked = "GET " + plan.path + ": ";
  if (IsTunnelError(answer)) {
    return {ProbeOutcome::kFailed, asked + "a tunnel's error page " + answer.ngrok_error};
  }
  const std::string status = asked + std::to_string(answer.status);
  if (IsLoading(answer)) return {ProbeOutcome::kLoading, status + " Loading model"};
  if (traits.starts_with_503 && answer.status == 503 && !was_ready) {
    return {ProbeOutcome::kLoading, status + " Starting"};
  }
  const std::string why_not = WhyNotAlive(plan.accept, answer);
  if (why_not.empty()) return {ProbeOutcome::kOk, status};
  if (answer.status < 400) return {ProbeOutcome::kFailed, status + ", " + why_not};
  std::string reason = status + " " + std::string(http::ReasonPhrase(answer.status));
  const std::string_view hint = answer.status == 403 ? traits.hint_on_403 : "";
  if (!hint.empty()) reason.append(" (").append(hint).append(")");
  return {ProbeOutcome::kFailed, std::move(reason)};
}

bool MayLackHealthPage(const ProbePlan& plan, const HttpGetResult& answer) {
  if (plan.accept != Accept::kHealthRoute || plan.connect_only || IsTunnelError(answer))
    return false;
  return (answer.status >= 300 && answer.status < 500) || (answer.status == 200 && IsHtml(answer));
}

ProbeReading ReadListInstead(ProbeReading health, WorkerKind kind, const HttpGetResult& list) {
  const WorkerKind named = EngineOfModels(list);
  const bool same = named == kind || !api::IsKnown(named);  // else another engine
  if (!same || list.status != 200 || !ParseOpenAiModels(list.body)) return health;
  return {ProbeOutcome::kOk, "GET /v1/models: 200, but " + health.reason};
}

int64_t NextProbeMs(const ProbePlan& plan, Verdict verdict, double jitter) {
  int64_t ms = plan.interval_ms;
  if (plan.seldom) {
    jitter = std::abs(jitter);  // never less than a minute
  } else if (verdict != Verdict::kHealthy) {
    ms = std::min(ms, std::max(ms / 2, kFastIntervalMsMin));
  }
  return ms + static_cast<int64_t>(static_cast<double>(ms) * jitter);
}

int64_t EarlyPace::NextMs(const ProbePlan& plan, const ProbeReading& reading,
                          int64_t otherwise_ms) {
  if (plan.seldom && reading.answered) return otherwise_ms;
  // It is up: only the further consecutive successes are missing.
  if (reading.outcome == ProbeOutcome::kOk) ms_ = kFirstMs;
  const int64_t ms = std::min(ms_, otherwise_ms);
  ms_ = std::min(2 * ms_, plan.interval_ms);
  return ms;
}

}  // namespace banto::health
