// Where a worker whose url has a path is queried, and how soon one that was never up is found.
#include "health/worker_asker.h"

#include <algorithm>

#include "health/probe_plan.h"
#include "watch_rig.h"

namespace banto::health {
namespace {

using api::WorkerKind;
using Strings = std::vector<std::string>;

constexpr const char* kList =
    R"({"object":"list","data":[{"id":"m","object":"model","owned_by":"someone"}]})";

class WorkerPathTest : public WatchRig {
 protected:
  conf::Worker WorkerUnder(uint16_t port, const std::string& path, WorkerKind kind) {
    conf::Worker worker = WorkerAt(port, kind);
    worker.url.path = path;
    return worker;
  }
};

TEST_F(WorkerPathTest, AllRequestsUseThePath) {
  ScriptedServer server({{"/gw/v1/models", Page(200, kList)}, {"/gw/health", Page(200)}});
  Watch(WorkerUnder(server.port(), "/gw", WorkerKind::kVllm));
  RunUntil([&] { return Is(Verdict::kHealthy); });
  EXPECT_EQ(facts_.at(0).models.at(0).name, "m");
  for (const std::string& request : server.requests()) {
    EXPECT_EQ(request.rfind("GET /gw/", 0), 0u) << request;
  }
}

TEST_F(WorkerPathTest, ListDirectlyUnderThePathIsFound) {
  ScriptedServer server({{"/inference/models", Page(200, kList)}});
  Watch(WorkerUnder(server.port(), "/inference", WorkerKind::kOpenAi));
  RunUntil([&] { return !facts_.empty(); });
  EXPECT_EQ(facts_[0].models.at(0).name, "m");
  EXPECT_EQ(facts_[0].path.Of("/v1/chat/completions"), "/inference/chat/completions");
}

TEST_F(WorkerPathTest, RefusalRevealsWhereTheListIs) {
  ScriptedServer server({{"/inference/models", Page(401, R"({"error":{"message":"no key"}})")}});
  Watch(WorkerUnder(server.port(), "/inference", WorkerKind::kOpenAi));
  RunUntil([&] { return !facts_.empty(); });
  EXPECT_EQ(facts_[0].path.Of("/v1/models"), "/inference/models");
  EXPECT_EQ(facts_[0].list_trouble, "GET /v1/models: 401 Unauthorized");
}

TEST_F(WorkerPathTest, VersionInThePathMayStillPrecedeV1) {
  ScriptedServer server({{"/v2/hosted/v1/models", Page(200, kList)}});
  Watch(WorkerUnder(server.port(), "/v2/hosted", WorkerKind::kAuto));
  RunUntil([&] { return !facts_.empty(); });
  EXPECT_EQ(facts_[0].kind, WorkerKind::kOpenAi);
  EXPECT_EQ(facts_[0].path.Of("/v1/models"), "/v2/hosted/v1/models");
}

TEST_F(WorkerPathTest, DetectedAppKeepsItsPath) {
  ScriptedServer server({{"/v1/", Page(200, "hello", "text/plain")}});
  Watch(WorkerUnder(server.port(), "/v1", WorkerKind::kAuto));
  RunUntil([&] { return !facts_.empty(); });
  EXPECT_EQ(facts_[0].kind, WorkerKind::kHttp);
  EXPECT_EQ(facts_[0].path.Of("/"), "/v1/");
  RunUntil([&] { return Is(Verdict::kHealthy); });
}

TEST_F(WorkerPathTest, AWorkerThatStartsLaterIsFoundLongBeforeItsInterval) {
  conf::Health slow = Quick();
  slow.interval_ms = 3'600'000;
  uint16_t port = 0;
  {
    DeadPort dead;
    port = dead.port();
    Watch(WorkerAt(port), slow);
    RunUntil([&] { return probes_.size() >= 2; });
  }
  ScriptedServer server({{"/v1/models", Page(200, kList)}, {"/health", Page(200)}}, port);
  RunUntil([&] { return Is(Verdict::kHealthy); });
}

TEST(EarlyPace, DoublesUpToTheInterval) {
  ProbePlan plan;
  plan.interval_ms = 1'000;
  const ProbeReading nobody = {ProbeOutcome::kFailed, "connect: Connection refused", false};
  EarlyPace pace;
  Strings waits;
  for (int i = 0; i < 6; ++i) waits.push_back(std::to_string(pace.NextMs(plan, nobody, 900)));
  EXPECT_EQ(waits, (Strings{"100", "200", "400", "800", "900", "900"}));
  EXPECT_EQ(pace.NextMs(plan, {ProbeOutcome::kOk, "", true}, 900), 100)
      << "it is there: the next success is all that it lacks";
}

TEST(EarlyPace, PaidWorkerThatAnsweredKeepsItsMinute) {
  ProbePlan plan;
  plan.interval_ms = 60'000;
  plan.seldom = true;
  EarlyPace pace;
  EXPECT_EQ(pace.NextMs(plan, {ProbeOutcome::kFailed, "", false}, 60'000), 100);
  EXPECT_EQ(pace.NextMs(plan, {ProbeOutcome::kFailed, "", true}, 60'000), 60'000);
  EXPECT_EQ(pace.NextMs(plan, {ProbeOutcome::kFailed, "", false}, 60'000), 200);
}

}  // namespace
}  // namespace banto::health
