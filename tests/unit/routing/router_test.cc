// What is refused, and what the refusal says.
#include "proxy/routing/router.h"
#include "proxy/routing/model_router.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "proxy/http/parser.h"
#include "proxy/routing/nearest_models.h"

namespace banto {
namespace {

http::RequestHead Head(const std::string& text) {
  http::RequestHead head;
  const http::ParseResult result = http::ParseRequestHead(text + "\r\n\r\n", 0, {}, &head);
  EXPECT_EQ(result.status, http::ParseStatus::kDone) << text;
  return head;
}

PlainRoute Route(std::string path, std::vector<std::string> methods) {
  PlainRoute route;
  route.settings.path = std::move(path);
  route.settings.methods = std::move(methods);
  route.group = std::make_shared<const upstream::WorkerGroup>();
  return route;
}

GroupsByModel Models(const std::vector<std::string>& names) {
  GroupsByModel models;
  for (const std::string& name : names) models[name] = nullptr;
  return models;
}

Snapshot Serving(const std::vector<std::string>& names) {
  Snapshot snapshot;
  snapshot.models = Models(names);
  return snapshot;
}

TEST(Router, AKnownPathWithTheWrongMethodIsRefusedWithTheRightOnes) {
  Snapshot snapshot;
  snapshot.routes = {Route("/predict", {"GET", "HEAD"}), Route("/predict", {"PUT", "GET"}),
                     Route("/models", {"DELETE"})};
  const auto allow = [&snapshot](std::string_view method, std::string_view path) {
    const RouteDecision decision = RoutePlain(snapshot, method, path);
    EXPECT_EQ(decision.refusal.status, 405) << path;
    return decision.refusal.allow;
  };
  EXPECT_EQ(allow("POST", "/predict"), "GET, HEAD, PUT");
  EXPECT_EQ(allow("GET", "/v1/chat/completions"), "POST");
  EXPECT_EQ(allow("POST", "/v1/models"), "GET, HEAD");
  EXPECT_EQ(allow("PUT", "/models"), "GET, HEAD, DELETE");
  EXPECT_NE(RoutePlain(snapshot, "GET", "/predict").target.group, nullptr);
  EXPECT_EQ(RoutePlain(snapshot, "GET", "/nothing").refusal.status, 404);
  EXPECT_EQ(RoutePlain(snapshot, "GET", "/nothing").refusal.allow, "");
}

TEST(Router, AWebSocketIsRefusedAndOtherUpgradesAreIgnored) {
  const auto status = [](const std::string& text) { return RefuseUnrouted(Head(text)).status; };
  const std::string get = "GET /q HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(status(get + "Connection: Upgrade\r\nUpgrade: websocket"), 501);
  EXPECT_EQ(status(get + "Connection: keep-alive, upgrade\r\nUpgrade: WebSocket"), 501);
  EXPECT_EQ(status(get + "Connection: upgrade\r\nUpgrade: h2c, websocket"), 501);
  EXPECT_EQ(status(get + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c"), 0);
  EXPECT_EQ(status(get + "Connection: upgrade\r\nUpgrade: TLS/1.2"), 0);
  EXPECT_EQ(status(get + "Upgrade: websocket"), 0);
  EXPECT_EQ(status("POST /q HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket"), 0);
  EXPECT_EQ(status("GET /q HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket"), 0);
}

TEST(Router, APathThatClimbsIsRefusedBeforeAWebSocketIs) {
  EXPECT_EQ(RefuseUnrouted(Head("GET /a/../b HTTP/1.1\r\nHost: a")).status, 400);
  EXPECT_EQ(RefuseUnrouted(Head("GET /a/..;/b HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n"
                                "Upgrade: websocket"))
                .status,
            400);
}

TEST(NearestModels, TheNearestComesFirstAndThreeAreEnough) {
  const Snapshot snapshot = Serving({"llama-3.1-8b", "llama-3.1-70b", "qwen2.5", "phi", "gemma"});
  EXPECT_TRUE(NearestModels(snapshot, false, "lama-3.1-8b")
                  .starts_with(" Nearest known: 'llama-3.1-8b', "));
  EXPECT_TRUE(NearestModels(snapshot, false, "QWEN2.5").starts_with(" Nearest known: 'qwen2.5', "));
  EXPECT_EQ(NearestModels(Serving({"a", "bb", "ccc", "dddd"}), false, "c"),
            " Nearest known: 'a', 'bb', 'ccc'.");
  EXPECT_EQ(NearestModels({}, false, "m"), "");
}

TEST(NearestModels, NamesOfEntriesMayBeAskedForToo) {
  Snapshot snapshot = Serving({"z"});
  for (const char* name : {"claude-opus", "claude-*"})
    snapshot.rules.emplace_back().settings.name = name;
  EXPECT_EQ(NearestModels(snapshot, false, "claude-opsu"), " Nearest known: 'claude-opus', 'z'.");
}

TEST(NearestModels, NamesOfAnyLengthAndNumberCostLittle) {
  EXPECT_EQ(NearestModels(Serving({std::string(1'000'000, 'x')}), false, "x"), "");
  EXPECT_EQ(NearestModels(Serving({"m"}), false, std::string(10'000'000, 'x')),
            " Nearest known: 'm'.");
  Snapshot many;
  for (int i = 0; i < 20'000; ++i) many.models[std::string(120, 'x') + std::to_string(i)] = nullptr;
  EXPECT_FALSE(NearestModels(many, false, std::string(128, 'y')).empty());
}

upstream::WorkerPtr WorkerOf(api::WorkerKind kind, const std::string& name) {
  auto worker = std::make_shared<upstream::Worker>();
  worker->state = std::make_shared<upstream::WorkerState>(name);
  worker->kind = kind;
  return worker;
}

TEST(Router, WhereNoModelIsKnownTheRefusalSaysWhy) {
  Snapshot snapshot;
  const auto says = [&snapshot](const char* path) {
    return NoSuchModel(snapshot, *api::FindOperation("POST", path), "m").message;
  };
  snapshot.workers = {WorkerOf(api::WorkerKind::kHttp, "app"),
                      WorkerOf(api::WorkerKind::kOpenAi, "gpu1")};
  const std::string start = "The model 'm' does not exist.";
  EXPECT_EQ(says("/v1/chat/completions"),
            start + " The only worker for it, 'gpu1', lists no models.");
  EXPECT_EQ(says("/api/chat"),
            "model 'm' not found. The only worker for it, 'gpu1', lists no models.")
      << "it is translated for that one";
  EXPECT_EQ(says("/api/show"), "model 'm' not found.") << "nobody here speaks Ollama's API";
  snapshot.workers.push_back(WorkerOf(api::WorkerKind::kOllama, "gpu2"));
  EXPECT_EQ(says("/v1/chat/completions"), start + " None of the workers lists any model.");
  EXPECT_EQ(says("/api/show"),
            "model 'm' not found. The only worker for it, 'gpu2', lists no models.");
  snapshot.models = Models({"n"});
  EXPECT_EQ(says("/v1/chat/completions"), start + " Nearest known: 'n'.");
}

}  // namespace
}  // namespace banto
