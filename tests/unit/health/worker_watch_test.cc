#include "health/worker_watch.h"

#include <algorithm>

#include "capture.h"
#include "watch_rig.h"

namespace banto::health {
namespace {

using api::WorkerKind;
using Strings = std::vector<std::string>;

constexpr const char* kLoading =
    R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})";
constexpr const char* kSglangList =
    R"({"object":"list","data":[{"id":"q","owned_by":"sglang","root":"org/q"}]})";
constexpr const char* kSimList = R"({"object":"list","data":[{"id":"sim-model",)"
                                 R"("object":"model","created":1700000000,"owned_by":"sim"}]})";

Reply Played(const std::string& capture) { return {CapturedBytes(capture)}; }

ScriptedServer::Script Vllm() {
  return {{"/v1/models", Played("vllm/v1-models")},
          {"/version", Played("vllm/version")},
          {"/health", Played("vllm/health")},
          {"/metrics",
           Page(200, "vllm:num_requests_running 3\nvllm:num_requests_waiting 2\n", "text/plain")},
          {"*", Played("vllm/not-found")}};
}
ScriptedServer::Script Ollama() {
  return {{"/v1/models", Played("ollama/v1-models")},
          {"/api/tags", Played("ollama/api-tags")},
          {"/api/ps", Played("ollama/api-ps")},
          {"/api/version", Played("ollama/api-version")},
          {"/", Played("ollama/root")},
          {"*", Played("ollama/not-found")}};
}
ScriptedServer::Script LlamaCpp() {
  return {{"/v1/models", Played("llama/v1-models")},
          {"/props", Played("llama/props")},
          {"/health", Played("llama/health")},
          {"/metrics", Played("llama/metrics")},
          {"*", Played("llama/not-found")}};
}

long Count(const Strings& requests, const std::string& line) {
  return std::count(requests.begin(), requests.end(), line);
}

class WorkerWatchTest : public WatchRig {
 protected:
  // A probe is never a completion, only a GET of pages that list or report.
  static void ExpectQuestionsOnly(const ScriptedServer& server) {
    const Strings allowed = {"GET /",        "GET /health",         "GET /v1/models",
                             "GET /version", "GET /metrics",        "GET /api/tags",
                             "GET /api/ps",  "GET /api/version",    "GET /props",
                             "GET /info",    "GET /get_model_info", "GET /alive"};
    for (const std::string& request : server.requests()) {
      EXPECT_NE(std::find(allowed.begin(), allowed.end(), request), allowed.end()) << request;
    }
  }
  size_t Probes(const char* result) const { return static_cast<size_t>(Count(probes_, result)); }
};

TEST_F(WorkerWatchTest, VllmIsFoundListedAndMeasured) {
  ScriptedServer server(Vllm());
  Watch(WorkerAt(server.port()));
  RunUntil([&] { return loads_.size() >= 3; });
  EXPECT_TRUE(watch_->first_round_done());
  EXPECT_EQ(verdicts_, Strings{"healthy: GET /health: 200"});
  ASSERT_EQ(facts_.size(), 1u) << "nothing changed since";
  EXPECT_EQ(facts_[0].kind, WorkerKind::kVllm);
  EXPECT_EQ(facts_[0].version, "0.32.0");
  ASSERT_EQ(facts_[0].models.size(), 1u);
  EXPECT_EQ(facts_[0].models[0].name, "tiny");
  EXPECT_EQ(loads_[0].running, 3);
  EXPECT_EQ(loads_[0].waiting, 2);
  EXPECT_EQ(Count(server.requests(), "GET /v1/models"), 1) << "detection's answer is the list";
  ExpectQuestionsOnly(server);
}

TEST_F(WorkerWatchTest, EngineBehindAGatewayForV1OnlyIsHealthyByItsList) {
  for (const Reply& elsewhere : {Page(404, "<html>404", "text/html"), Page(403), Page(302),
                                 Page(200, "<html>Welcome", "text/html")}) {
    for (const WorkerKind kind : {WorkerKind::kAuto, WorkerKind::kVllm}) {
      verdicts_.clear(), facts_.clear();
      ScriptedServer server({{"/v1/models", Played("vllm/v1-models")}, {"*", elsewhere}});
      Watch(WorkerAt(server.port(), kind));
      RunUntil([&] { return Is(Verdict::kHealthy); });
      ASSERT_EQ(facts_.size(), 1u);
      EXPECT_EQ(facts_[0].kind, WorkerKind::kVllm);
      EXPECT_EQ(facts_[0].models.at(0).name, "tiny");
      server.Play({{"*", elsewhere}});
      RunUntil([&] { return Is(Verdict::kUnhealthy); });
    }
  }
}

TEST_F(WorkerWatchTest, ListOfAnotherEngineDoesNotProveHealth) {
  ScriptedServer server({{"/v1/models", Page(200, kSglangList)}, {"*", Page(404)}});
  Watch(WorkerAt(server.port(), WorkerKind::kVllm));
  RunUntil([&] { return Is(Verdict::kUnhealthy); });
  EXPECT_EQ(verdicts_, Strings{"unhealthy: GET /health: 404 Not Found"});
}

TEST_F(WorkerWatchTest, ListsAreKnownBeforeTheFirstVerdict) {
  ScriptedServer server(Ollama());
  Watch(WorkerAt(server.port(), WorkerKind::kOllama));
  RunUntil([&] { return !facts_.empty(); });
  EXPECT_TRUE(facts_[0].models_known);
  EXPECT_EQ(facts_[0].models[0].name, "gemma:latest");
  RunUntil([&] { return !verdicts_.empty(); });
  EXPECT_EQ(verdicts_[0], "healthy: GET /api/version: 200");
  ExpectQuestionsOnly(server);
}

TEST_F(WorkerWatchTest, LoadingLlamaCppIsWaitedFor) {
  ScriptedServer server({{"*", Page(503, kLoading, "application/json", "Server: llama.cpp\r\n")}});
  Watch(WorkerAt(server.port()));
  RunUntil([&] { return Probes("loading") >= 3; });
  EXPECT_EQ(verdicts_, Strings{"loading: GET /v1/models: 503 Loading model"});
  EXPECT_TRUE(facts_.empty());
  server.Play(LlamaCpp());
  RunUntil([&] { return Is(Verdict::kHealthy); });
  ASSERT_EQ(facts_.size(), 1u);
  EXPECT_EQ(facts_[0].kind, WorkerKind::kLlamaCpp);
  EXPECT_EQ(facts_[0].slots, 4);
  EXPECT_GT(facts_[0].slot_tokens, 0);
  EXPECT_EQ(Probes("failed"), 0u);
  ExpectQuestionsOnly(server);
}

TEST_F(WorkerWatchTest, HungAfterAcceptFailsAfterItsTimeout) {
  ScriptedServer server({{"*", Reply{"", true}}});
  conf::Health settings = Quick();
  settings.timeout_ms = 50;
  Watch(WorkerAt(server.port(), WorkerKind::kVllm), settings);
  RunUntil([&] { return Is(Verdict::kUnhealthy); });
  EXPECT_EQ(verdicts_, Strings{"unhealthy: timeout after 50 ms"});
}

TEST_F(WorkerWatchTest, RefusedIsUnhealthyAtOnceAndComesBackAfterRise) {
  uint16_t port = 0;
  {
    DeadPort dead;
    port = dead.port();
    Watch(WorkerAt(port));
    RunUntil([&] { return Probes("failed") >= 2; });
  }
  EXPECT_EQ(verdicts_, Strings{"unhealthy: connect: Connection refused"});
  ScriptedServer server(Vllm(), port);
  RunUntil([&] { return Is(Verdict::kHealthy); });
  EXPECT_EQ(Probes("ok"), 2u);
  EXPECT_EQ(facts_.size(), 1u);
}

TEST_F(WorkerWatchTest, FallFailuresBringItDown) {
  ScriptedServer server(Vllm());
  Watch(WorkerAt(server.port(), WorkerKind::kVllm));
  RunUntil([&] { return Is(Verdict::kHealthy); });
  server.Play({{"*", Page(503)}});
  RunUntil([&] { return Is(Verdict::kUnhealthy); });
  EXPECT_EQ(Probes("failed"), 3u);
  EXPECT_EQ(verdicts_.back(), "unhealthy: GET /health: 503 Service Unavailable");
}

TEST_F(WorkerWatchTest, TunnelErrorPageIsNotTheWorker) {
  const std::string page = "<!DOCTYPE html><html>ERR_NGROK_6024</html>";
  ScriptedServer server(
      {{"*", Page(200, page, "text/html", "ngrok-error-code: ERR_NGROK_6024\r\n")}});
  Watch(WorkerAt(server.port()));
  RunUntil([&] { return Probes("failed") >= 2; });
  EXPECT_TRUE(Is(Verdict::kUnhealthy));
  EXPECT_NE(verdicts_[0].find("ERR_NGROK_6024"), std::string::npos);
  EXPECT_TRUE(facts_.empty());
  Watch(WorkerAt(server.port(), WorkerKind::kHttp));
  RunUntil([&] { return Is(Verdict::kUnhealthy); });
}

TEST_F(WorkerWatchTest, EndlessBodyOfAnAppIsBoundedAndCountsAsAlive) {
  ScriptedServer server(
      {{"/", Reply{"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", false, true}}});
  Watch(WorkerAt(server.port(), WorkerKind::kHttp));
  RunUntil([&] { return Probes("ok") >= 3; });
  EXPECT_TRUE(Is(Verdict::kHealthy));
  ExpectQuestionsOnly(server);
}

TEST_F(WorkerWatchTest, RedirectIsNotFollowed) {
  ScriptedServer target({{"*", Page(200)}});
  const std::string location =
      "Location: http://127.0.0.1:" + std::to_string(target.port()) + "/health\r\n";
  ScriptedServer server({{"*", Page(302, "", "text/plain", location)}});
  Watch(WorkerAt(server.port(), WorkerKind::kVllm));
  RunUntil([&] { return Is(Verdict::kUnhealthy); });
  EXPECT_NE(verdicts_[0].find("302, a redirect"), std::string::npos);
  Watch(WorkerAt(server.port(), WorkerKind::kHttp));
  RunUntil([&] { return Is(Verdict::kHealthy); });
  EXPECT_EQ(target.connections(), 0);
}

TEST_F(WorkerWatchTest, SglangMayTakeASecondToAnswer) {
  ScriptedServer::Script script = {{"/v1/models", Page(200, kSglangList)},
                                   {"/get_model_info", Page(200, R"({"model_path":"org/q"})")}};
  script["/health"] = Page(200);
  script["/health"].delay_ms = 1'000;
  ScriptedServer server(script);
  conf::Health settings = Quick();
  settings.timeout_ms = 0;  // depends on the kind
  Watch(WorkerAt(server.port()), settings);
  RunUntil([&] { return Is(Verdict::kHealthy); });
  EXPECT_EQ(facts_.at(0).kind, WorkerKind::kSglang);
  EXPECT_EQ(Probes("failed"), 0u);
  ExpectQuestionsOnly(server);
}

TEST_F(WorkerWatchTest, StartingSglangIsLoading) {
  ScriptedServer server({{"*", Page(503)}});
  Watch(WorkerAt(server.port(), WorkerKind::kSglang));
  RunUntil([&] { return Is(Verdict::kLoading); });
  server.Play({{"/health", Page(200)}, {"/v1/models", Page(200, kSglangList)}});
  RunUntil([&] { return Is(Verdict::kHealthy); });
  EXPECT_EQ(Probes("ok"), 1u) << "from loading one success is enough";
}

TEST_F(WorkerWatchTest, LlamaCppPythonIsOnlyConnectedToAndNeverWhileItGenerates) {
  const std::string list =
      R"({"object":"list","data":[{"id":"m","object":"model","owned_by":"me","permissions":[]}]})";
  ScriptedServer server(
      {{"/v1/models", Page(200, list, "application/json", "server: uvicorn\r\n")}});
  bool busy = false;
  int asked = 0;
  Watch(WorkerAt(server.port()), Quick(), [&] { return ++asked, busy; });
  RunUntil([&] { return Probes("ok") >= 5; });
  EXPECT_EQ(facts_.at(0).kind, WorkerKind::kLlamaCppPython);
  EXPECT_EQ(facts_.at(0).models.at(0).name, "m");
  EXPECT_EQ(server.requests(), Strings{"GET /v1/models"}) << "once, to know what it is";
  busy = true;
  asked = 0;
  RunUntil([&] { return asked >= 2; });  // a probe in progress has ended
  const int connections = server.connections();
  const size_t probes = probes_.size();
  RunUntil([&] { return asked >= 7; });
  EXPECT_EQ(server.connections(), connections);
  EXPECT_EQ(probes_.size(), probes);
  busy = false;
  RunUntil([&] { return server.connections() > connections; });
}

TEST_F(WorkerWatchTest, RestartAsAnotherEngineIsNoticedAfterItWasUnhealthy) {
  uint16_t port = 0;
  {
    ScriptedServer server(Vllm());
    port = server.port();
    Watch(WorkerAt(port));
    RunUntil([&] { return Is(Verdict::kHealthy); });
  }
  RunUntil([&] { return Is(Verdict::kUnhealthy); });
  ScriptedServer server(Ollama(), port);
  RunUntil([&] { return Is(Verdict::kHealthy); });
  ASSERT_EQ(facts_.size(), 2u);
  EXPECT_EQ(facts_[1].kind, WorkerKind::kOllama);
  EXPECT_EQ(facts_[1].models.at(0).name, "gemma:latest");
  EXPECT_EQ(facts_[1].version, "0.6.8");
  ExpectQuestionsOnly(server);
}

TEST_F(WorkerWatchTest, RestartAsAnotherEngineThatLoadsIsNoticed) {
  ScriptedServer server(Vllm());
  Watch(WorkerAt(server.port()));
  RunUntil([&] { return Is(Verdict::kHealthy); });
  server.Play({{"*", Page(503, kLoading, "application/json", "Server: llama.cpp\r\n")}});
  RunUntil([&] { return Is(Verdict::kLoading); });
  server.Play(LlamaCpp());
  RunUntil([&] { return facts_.size() == 2 && Is(Verdict::kHealthy); });
  EXPECT_EQ(facts_[1].kind, WorkerKind::kLlamaCpp);
}

TEST_F(WorkerWatchTest, BrokenSglangIsUnhealthyNotLoading) {
  ScriptedServer server({{"/health", Page(200)}, {"/v1/models", Page(200, kSglangList)}});
  Watch(WorkerAt(server.port()));
  RunUntil([&] { return Is(Verdict::kHealthy); });
  server.Play({{"/health", Page(503)}, {"/v1/models", Page(200, kSglangList)}});
  RunUntil([&] { return Probes("failed") >= 6; });
  EXPECT_TRUE(Is(Verdict::kUnhealthy));
  EXPECT_EQ(Probes("loading"), 0u);
}

TEST_F(WorkerWatchTest, AConfiguredKindIsNotSecondGuessed) {
  ScriptedServer server(Ollama());
  Watch(WorkerAt(server.port(), WorkerKind::kHttp));
  RunUntil([&] { return Probes("ok") >= 3; });
  EXPECT_EQ(facts_.at(0).kind, WorkerKind::kHttp);
  EXPECT_FALSE(facts_.at(0).models_known);
  EXPECT_EQ(Count(server.requests(), "GET /"), static_cast<long>(server.requests().size()));
}

TEST_F(WorkerWatchTest, MissingLoadFiguresAreRequestedOnce) {
  ScriptedServer::Script script = LlamaCpp();
  script["/metrics"] = Page(501, R"({"error":{"code":501,"message":"start with --metrics"}})");
  ScriptedServer server(script);
  Watch(WorkerAt(server.port(), WorkerKind::kLlamaCpp));
  RunUntil([&] { return Probes("ok") >= 5; });
  EXPECT_EQ(Count(server.requests(), "GET /metrics"), 1);
  EXPECT_TRUE(loads_.empty());
  EXPECT_EQ(Count(server.requests(), "GET /slots"), 0) << "slots show prompts";
}

TEST_F(WorkerWatchTest, PaidApiIsProbedOnce) {
  ScriptedServer paid({{"*", Page(200, kSimList)}});
  ScriptedServer other(Vllm());
  Watch(WorkerAt(paid.port(), WorkerKind::kOpenAi));
  RunUntil([&] { return Is(Verdict::kHealthy); });
  const auto first = std::move(watch_);
  EXPECT_EQ(facts_.at(0).models.at(0).name, "sim-model");
  probes_.clear();
  Watch(WorkerAt(other.port(), WorkerKind::kVllm));
  RunUntil([&] { return Probes("ok") >= 20; });
  EXPECT_EQ(paid.requests(), Strings{"GET /v1/models"}) << "one answer is probe and list";
}

TEST_F(WorkerWatchTest, OpenAiCompatibleServerWithAHealthPageIsProbedThere) {
  ScriptedServer server(
      {{"/v1/models", Page(200, kSimList)}, {"/health", Page(200, R"({"status":"ok"})")}});
  Watch(WorkerAt(server.port()));
  RunUntil([&] { return Probes("ok") >= 4; });
  EXPECT_EQ(facts_.at(0).kind, WorkerKind::kOpenAi);
  EXPECT_GE(Count(server.requests(), "GET /health"), 3);
  EXPECT_EQ(Count(server.requests(), "GET /v1/models"), 1);
  server.Play({{"/v1/models", Page(200, kSimList)}, {"/health", Page(503, kLoading)}});
  RunUntil([&] { return Is(Verdict::kLoading); });
  EXPECT_EQ(verdicts_.back(), "loading: GET /health: 503 Loading model");
  ExpectQuestionsOnly(server);
}

TEST_F(WorkerWatchTest, ConfiguredPathIsProbed) {
  ScriptedServer server({{"/alive", Page(200)}, {"*", Page(500)}});
  conf::Health settings = Quick();
  settings.path = "/alive";
  Watch(WorkerAt(server.port(), WorkerKind::kHttp), settings);
  RunUntil([&] { return Probes("ok") >= 2; });
  EXPECT_EQ(verdicts_, Strings{"healthy: GET /alive: 200"});
  ExpectQuestionsOnly(server);
}

TEST_F(WorkerWatchTest, DestroyingDuringARequestIsSilent) {
  ScriptedServer server({{"*", Reply{"", true}}});
  Watch(WorkerAt(server.port()));
  RunUntil([&] { return !server.requests().empty(); });
  watch_.reset();
  Watch(WorkerAt(server.port()));  // even without a turn in between
  watch_.reset();
  ScriptedServer other(Vllm());
  Watch(WorkerAt(other.port()));
  RunUntil([&] { return Is(Verdict::kHealthy); });
  EXPECT_EQ(probes_, Strings{"ok"});
}

}  // namespace
}  // namespace banto::health
