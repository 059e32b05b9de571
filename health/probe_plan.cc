#include "health/probe_plan.h"

#include <algorithm>
#include <cmath>

#include "health/engine_detector.h"
#include "health/model_list.h"
#include "health/worker_asker.h"
#include "proxy/http/writer.h"

namespace banto::health {
namespace {

using api::WorkerKind;

constexpr int64_t kTimeoutMs = 5'000;
// SGLang sleeps 1 s in its handler and then waits up to 20 s for a token from a busy engine.
constexpr int64_t kSglangTimeoutMs = 25'000;
constexpr int64_t kSeldomIntervalMs = 60'000;
constexpr int64_t kFastIntervalMsMin = 1'000;

const char* HealthPath(WorkerKind kind) {
  switch (kind) {
    case WorkerKind::kVllm:
    case WorkerKind::kSglang:
    case WorkerKind::kLlamaCpp:
    case WorkerKind::kTgi:
    case WorkerKind::kTei:
      return "/health";
    case WorkerKind::kOllama:
      return "/api/version";
    case WorkerKind::kOpenAi:
      return "/v1/models";
    case WorkerKind::kLlamaCppPython:
    case WorkerKind::kHttp:
    case WorkerKind::kAuto:
      break;
  }
  return "/";
}

Accept AcceptOf(WorkerKind kind) {
  // A remote API that wants another key, or knows no list, is alive all the same.
  const bool any =
      kind == WorkerKind::kHttp || kind == WorkerKind::kOpenAi || kind == WorkerKind::kAuto;
  return any ? Accept::kBelow500 : Accept::kHealthRoute;
}

bool IsHtml(const HttpGetResult& answer) {
  return answer.content_type.find("text/html") != std::string::npos;
}

// Empty when `answer` means "alive".
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
  ProbePlan plan;
  plan.connect_only = kind == WorkerKind::kLlamaCppPython;
  plan.path = HealthPath(kind);
  plan.accept = AcceptOf(kind);
  if (!found_health_path.empty()) {
    plan.path = found_health_path;
    plan.accept = Accept::kHealthRoute;
  }
  if (!settings.path.empty()) {
    plan.path = settings.path;
    plan.accept = Accept::kBelow400;
  }
  plan.timeout_ms = settings.timeout_ms > 0       ? settings.timeout_ms
                    : kind == WorkerKind::kSglang ? kSglangTimeoutMs
                                                  : kTimeoutMs;
  plan.list_timeout_ms = settings.timeout_ms > 0 ? settings.timeout_ms : kTimeoutMs;
  plan.interval_ms = settings.interval_ms;
  // Paid, counted, or behind TLS, where we are a guest.
  plan.seldom = worker.kind == WorkerKind::kOpenAi || worker.url.tls() || BehindTunnel(worker);
  if (plan.seldom) plan.interval_ms = std::max(plan.interval_ms, kSeldomIntervalMs);
  return plan;
}

ProbeReading ReadProbe(const ProbePlan& plan, WorkerKind kind, const HttpGetResult& answer,
                       bool was_ready) {
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
  if (kind == WorkerKind::kSglang && answer.status == 503 && !was_ready) {
    return {ProbeOutcome::kLoading, status + " Starting"};
  }
  const std::string why_not = WhyNotAlive(plan.accept, answer);
  if (why_not.empty()) return {ProbeOutcome::kOk, status};
  if (answer.status < 400) return {ProbeOutcome::kFailed, status + ", " + why_not};
  std::string reason = status + " " + std::string(http::ReasonPhrase(answer.status));
  // Bound to loopback, it refuses every other Host without a word (reference: wire-compatibility,
  // rule 9).
  if (kind == WorkerKind::kOllama && answer.status == 403) {
    reason += " (Ollama refuses this Host; set host_header = \"localhost:11434\")";
  }
  return {ProbeOutcome::kFailed, std::move(reason)};
}

bool MayLackHealthPage(const ProbePlan& plan, const HttpGetResult& answer) {
  if (plan.accept != Accept::kHealthRoute || plan.connect_only || IsTunnelError(answer))
    return false;
  return (answer.status >= 300 && answer.status < 500) || (answer.status == 200 && IsHtml(answer));
}

ProbeReading ReadListInstead(ProbeReading health, WorkerKind kind, const HttpGetResult& list) {
  const WorkerKind named = EngineOfModels(list);
  const bool same = named == kind || named == WorkerKind::kAuto;  // else another engine is there
  if (!same || list.status != 200 || !ParseOpenAiModels(list.body)) return health;
  return {ProbeOutcome::kOk, "GET /v1/models: 200, but " + health.reason};
}

int64_t NextProbeMs(const ProbePlan& plan, Verdict verdict, double jitter) {
  int64_t ms = plan.interval_ms;
  if (plan.seldom) {
    jitter = std::abs(jitter);  // never less than the minute
  } else if (verdict != Verdict::kHealthy) {
    ms = std::min(ms, std::max(ms / 2, kFastIntervalMsMin));
  }
  return ms + static_cast<int64_t>(static_cast<double>(ms) * jitter);
}

int64_t EarlyPace::NextMs(const ProbePlan& plan, const ProbeReading& reading,
                          int64_t otherwise_ms) {
  if (plan.seldom && reading.answered) return otherwise_ms;
  // It is there: what is missing are the further successes in a row.
  if (reading.outcome == ProbeOutcome::kOk) ms_ = kFirstMs;
  const int64_t ms = std::min(ms_, otherwise_ms);
  ms_ = std::min(2 * ms_, plan.interval_ms);
  return ms;
}

std::span<const char* const> FactPaths(WorkerKind kind) {
  static constexpr const char* kVllm[] = {"/v1/models", "/version"};
  static constexpr const char* kSglang[] = {"/v1/models", "/get_model_info"};
  static constexpr const char* kLlamaCpp[] = {"/v1/models", "/props"};
  static constexpr const char* kOllama[] = {"/api/tags", "/api/ps", "/v1/models", "/api/version"};
  static constexpr const char* kTgi[] = {"/info", "/v1/models"};
  static constexpr const char* kTei[] = {"/info"};
  static constexpr const char* kModels[] = {"/v1/models"};
  switch (kind) {
    case WorkerKind::kVllm:
      return kVllm;
    case WorkerKind::kSglang:
      return kSglang;
    case WorkerKind::kLlamaCpp:
      return kLlamaCpp;
    case WorkerKind::kOllama:
      return kOllama;
    case WorkerKind::kTgi:
      return kTgi;
    case WorkerKind::kTei:
      return kTei;
    case WorkerKind::kLlamaCppPython:
    case WorkerKind::kOpenAi:
      return kModels;
    case WorkerKind::kHttp:
    case WorkerKind::kAuto:
      break;
  }
  return {};
}

const char* LoadPath(WorkerKind kind) {
  switch (kind) {
    case WorkerKind::kVllm:
    case WorkerKind::kSglang:
    case WorkerKind::kTgi:
    case WorkerKind::kTei:
    case WorkerKind::kLlamaCpp:
      return "/metrics";
    default:
      return nullptr;
  }
}

}  // namespace banto::health
