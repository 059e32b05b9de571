#include "health/probe_plan.h"

#include <gtest/gtest.h>

#include <string>

#include "capture.h"
#include "health/worker_asker.h"

namespace banto::health {
namespace {

using api::WorkerKind;

conf::Worker At(const std::string& url, WorkerKind kind = WorkerKind::kAuto) {
  conf::Worker worker;
  std::string error;
  EXPECT_TRUE(net::ParseUrl(url, &worker.url, &error)) << error;
  worker.kind = kind;
  return worker;
}

ProbePlan Plan(WorkerKind kind, const conf::Health& settings = {}) {
  return PlanProbe(kind, At("http://gpu1:8000"), settings, "");
}

std::string Read(WorkerKind kind, const HttpGetResult& answer, bool was_ready = true) {
  const ProbeReading reading = ReadProbe(Plan(kind), kind, answer, was_ready);
  return std::string(ProbeOutcomeName(reading.outcome)) + " " + reading.reason;
}

TEST(ProbePlan, EachKindIsProbedAtItsOwnPath) {
  const std::pair<WorkerKind, const char*> wanted[] = {
      {WorkerKind::kVllm, "/health"},     {WorkerKind::kSglang, "/health"},
      {WorkerKind::kLlamaCpp, "/health"}, {WorkerKind::kTgi, "/health"},
      {WorkerKind::kTei, "/health"},      {WorkerKind::kOllama, "/api/version"},
      {WorkerKind::kHttp, "/"},           {WorkerKind::kOpenAi, "/v1/models"}};
  for (const auto& [kind, path] : wanted) {
    EXPECT_EQ(Plan(kind).path, path);
    EXPECT_FALSE(Plan(kind).connect_only);
  }
  EXPECT_TRUE(Plan(WorkerKind::kLlamaCppPython).connect_only);
}

TEST(ProbePlan, BusySglangGetsTwentyFiveSeconds) {
  EXPECT_EQ(Plan(WorkerKind::kSglang).timeout_ms, 25'000);
  EXPECT_EQ(Plan(WorkerKind::kVllm).timeout_ms, 5'000);
  conf::Health settings;
  settings.timeout_ms = 700;
  EXPECT_EQ(Plan(WorkerKind::kSglang, settings).timeout_ms, 700);
}

TEST(ProbePlan, ConfiguredPathAppliesToAllButLlamaCppPython) {
  conf::Health settings;
  settings.path = "/alive";
  for (const WorkerKind kind :
       {WorkerKind::kVllm, WorkerKind::kOllama, WorkerKind::kHttp, WorkerKind::kOpenAi}) {
    EXPECT_EQ(Plan(kind, settings).path, "/alive");
    EXPECT_EQ(Plan(kind, settings).accept, Accept::kBelow400);
  }
  EXPECT_TRUE(Plan(WorkerKind::kLlamaCppPython, settings).connect_only);
}

TEST(ProbePlan, PaidWorkersAreProbedOnceAMinute) {
  EXPECT_TRUE(PlanProbe(WorkerKind::kVllm, At("https://x.example"), {}, "").seldom);
  EXPECT_TRUE(PlanProbe(WorkerKind::kOllama, At("http://abc.ngrok-free.app"), {}, "").seldom);
  EXPECT_TRUE(
      PlanProbe(WorkerKind::kOpenAi, At("http://api:80", WorkerKind::kOpenAi), {}, "").seldom);
  const ProbePlan local = PlanProbe(WorkerKind::kOpenAi, At("http://gpu1:8000"), {}, "/health");
  EXPECT_FALSE(local.seldom);
  EXPECT_EQ(local.path, "/health");
  const ProbePlan guest = PlanProbe(WorkerKind::kVllm, At("https://x.example"), {}, "");
  for (const Verdict verdict : {Verdict::kUnknown, Verdict::kHealthy, Verdict::kUnhealthy}) {
    EXPECT_GE(NextProbeMs(guest, verdict, -0.1), 60'000);
  }
}

TEST(ProbePlan, UnhealthyWorkersAreProbedTwiceAsOftenDownToASecond) {
  ProbePlan plan;
  plan.interval_ms = 10'000;
  EXPECT_EQ(NextProbeMs(plan, Verdict::kHealthy, 0), 10'000);
  EXPECT_EQ(NextProbeMs(plan, Verdict::kUnhealthy, 0), 5'000);
  EXPECT_EQ(NextProbeMs(plan, Verdict::kLoading, 0), 5'000);
  EXPECT_EQ(NextProbeMs(plan, Verdict::kHealthy, 0.1), 11'000);
  EXPECT_EQ(NextProbeMs(plan, Verdict::kHealthy, -0.1), 9'000);
  plan.interval_ms = 1'500;
  EXPECT_EQ(NextProbeMs(plan, Verdict::kUnhealthy, 0), 1'000);
  plan.interval_ms = 300;
  EXPECT_EQ(NextProbeMs(plan, Verdict::kUnhealthy, 0), 300);
}

TEST(ReadProbe, RecordedHealthyAnswers) {
  EXPECT_EQ(Read(WorkerKind::kVllm, Captured("vllm/health")), "ok GET /health: 200");
  EXPECT_EQ(Read(WorkerKind::kLlamaCpp, Captured("llama/health")), "ok GET /health: 200");
  EXPECT_EQ(Read(WorkerKind::kOllama, Captured("ollama/api-version")), "ok GET /api/version: 200");
  EXPECT_EQ(Read(WorkerKind::kHttp, Captured("ollama/root")), "ok GET /: 200");
  EXPECT_EQ(Read(WorkerKind::kHttp, Captured("llama/root")), "ok GET /: 415");
}

TEST(ReadProbe, AnotherEngineOnThePortFails) {
  EXPECT_EQ(Read(WorkerKind::kVllm, Captured("ollama/health")),
            "failed GET /health: 404 Not Found");
  EXPECT_EQ(Read(WorkerKind::kOllama, Captured("vllm/not-found")),
            "failed GET /api/version: 404 Not Found");
}

TEST(ReadProbe, OllamaThatRefusesTheHostSaysWhatToDo) {
  EXPECT_NE(Read(WorkerKind::kOllama, Captured("ollama/foreign-host")).find("host_header"),
            std::string::npos);
}

TEST(ReadProbe, LoadingIsNotAFailure) {
  const HttpGetResult loading = Answer(503, R"({"error":{"code":503,"message":"Loading model"}})");
  EXPECT_EQ(Read(WorkerKind::kLlamaCpp, loading), "loading GET /health: 503 Loading model");
  EXPECT_EQ(Read(WorkerKind::kHttp, loading), "loading GET /: 503 Loading model");
  EXPECT_EQ(Read(WorkerKind::kSglang, Answer(503), false), "loading GET /health: 503 Starting");
  EXPECT_EQ(Read(WorkerKind::kSglang, Answer(503), true),
            "failed GET /health: 503 Service Unavailable");
  EXPECT_EQ(Read(WorkerKind::kVllm, Answer(503), false),
            "failed GET /health: 503 Service Unavailable");
}

TEST(ReadProbe, MissingAnswerIsExplained) {
  EXPECT_EQ(Read(WorkerKind::kVllm, NoAnswer("connect: Connection refused", true)),
            "failed connect: Connection refused");
  EXPECT_EQ(Read(WorkerKind::kVllm, NoAnswer("timeout after 5000 ms")),
            "failed timeout after 5000 ms");
  EXPECT_EQ(Read(WorkerKind::kLlamaCppPython, NoAnswer("")), "ok connected");
  EXPECT_EQ(Read(WorkerKind::kLlamaCppPython, NoAnswer("connect: Connection refused", true)),
            "failed connect: Connection refused");
}

TEST(ReadProbe, AnyAppThatAnswersBelowFiveHundredIsAlive) {
  for (const int status : {200, 204, 301, 401, 404, 415, 429}) {
    EXPECT_EQ(Read(WorkerKind::kHttp, Answer(status, "", "text/html")).substr(0, 2), "ok")
        << status;
  }
  EXPECT_EQ(Read(WorkerKind::kHttp, Answer(500)), "failed GET /: 500 Internal Server Error");
}

TEST(ReadProbe, PagesOfIntermediariesFail) {
  HttpGetResult offline = Answer(404, "", "text/html");
  offline.ngrok_error = "ERR_NGROK_3200";
  const HttpGetResult warning = Answer(200, "<html>ERR_NGROK_6024</html>", "text/html");
  for (const WorkerKind kind :
       {WorkerKind::kVllm, WorkerKind::kHttp, WorkerKind::kOpenAi, WorkerKind::kOllama}) {
    EXPECT_EQ(Read(kind, offline).substr(0, 6), "failed");
    EXPECT_EQ(Read(kind, warning).substr(0, 6), "failed");
  }
  EXPECT_EQ(Read(WorkerKind::kVllm, Answer(200, "<html>", "text/html")),
            "failed GET /health: 200, an HTML page instead of the engine's answer");
}

TEST(ReadProbe, RedirectDoesNotProveAnEnginesHealth) {
  EXPECT_EQ(Read(WorkerKind::kVllm, Answer(302)),
            "failed GET /health: 302, a redirect, which a probe does not follow");
}

TEST(ReadProbe, EnginesAnswerMustBeComplete) {
  HttpGetResult cut = Answer(200, "{");
  cut.whole = false;
  cut.error = "timeout after 5000 ms";
  EXPECT_EQ(Read(WorkerKind::kLlamaCpp, cut), "failed GET /health: 200, timeout after 5000 ms");
  EXPECT_EQ(Read(WorkerKind::kHttp, cut).substr(0, 2), "ok") << "an app may stream its first page";
}

TEST(WorkerQuestion, CarriesTheWorkersOwnSettings) {
  conf::Worker worker = At("http://abc.ngrok-free.app");
  worker.host_header = "localhost:11434";
  worker.api_key = "secret";
  worker.headers = {{"authorization", "Basic old"},
                    {"Host", "wrong"},
                    {"accept-encoding", "gzip"},
                    {"X-Team", "a"}};
  const HttpGetRequest request = WorkerQuestion(worker, "/api/tags", 1'234);
  EXPECT_EQ(request.host_header, "localhost:11434");
  EXPECT_EQ(request.timeout_ms, 1'234);
  EXPECT_EQ(request.path, "/api/tags");
  std::string fields;
  for (const auto& [name, value] : request.headers) fields += name + ": " + value + "\n";
  EXPECT_EQ(fields,
            "X-Team: a\nAuthorization: Bearer secret\nngrok-skip-browser-warning: 1\nUser-Agent: "
            "banto-health\nAccept: */*\nAccept-Encoding: identity\n");
}

TEST(WorkerQuestion, ClientHostSettingDoesNotApplyToProbes) {
  conf::Worker worker = At("http://gpu1:8000");
  worker.host_header = "client";
  EXPECT_EQ(WorkerQuestion(worker, "/", 1).host_header, "");
}

}  // namespace
}  // namespace banto::health
