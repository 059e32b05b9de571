// A Fetch belongs to a question and to no client: what it asks is answered and kept with nobody
// there to read it.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "cache/memory_cache.h"
#include "cache/redis_cache.h"
#include "proxy/fetch/fetch.h"
#include "proxy/http/parser.h"
#include "tests/unit/api/known_operations.h"
#include "tests/unit/health/scripted_server.h"
#include "tests/unit/upstream/fleet.h"

namespace banto {
namespace {

using health::Page;
using health::Reply;
using health::ScriptedServer;

constexpr char kWhole[] =
    R"({"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,)"
    R"("message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],)"
    R"("usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}})";

std::string Chunk(const std::string& content, const std::string& finish) {
  return R"(data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[)"
         R"({"index":0,"delta":{"content":")" +
         content + R"("},"finish_reason":)" + finish + "}]}\n\n";
}

class Silent final : public ops::ExchangeObserver {
 public:
  void OnExchangeStart(const char* /*endpoint*/) override {}
  void OnExchange(const ops::ExchangeRecord& /*record*/) override {}
  void OnUnreadFetch(const ops::ExchangeRecord& /*record*/) override {}
  void OnFallback(const ops::ExchangeRecord& /*so_far*/, const char* /*reason*/) override {}
  void OnCopy(const ops::ExchangeRecord& /*original*/,
              const ops::ExchangeRecord& /*copy*/) override {}
  void OnChunkGap(int64_t /*us*/) override {}
  void OnClientConnections(int /*delta*/) override {}
};

class FetchAlone : public testing::Test {
 protected:
  FetchAlone() {
    context_.loop = &loop_;
    context_.resolver = &resolver_;
    context_.wait_queue = &queue_;
    context_.buffered = &buffered_;
    context_.recording = &recording_;
    context_.pool = &pool_;
    context_.cache = &cache_;
    context_.observer = &observer_;
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->config = std::make_shared<const conf::Config>();
    context_.snapshot = std::move(snapshot);
  }

  // A chat for these workers, with a key of its own.
  std::shared_ptr<Question> Ask(std::vector<const ScriptedServer*> servers, bool stream) {
    auto request = NewRequest();
    const std::string head = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n\r\n";
    EXPECT_EQ(http::ParseRequestHead(head, 0, {}, &request->head).status, http::ParseStatus::kDone);
    request->body = R"({"model":"m","messages":[]})";
    request->id = "alone";
    std::vector<upstream::WorkerPtr> workers;
    for (const ScriptedServer* server : servers) {
      auto worker = std::make_shared<upstream::Worker>();
      worker->settings.name = "w" + std::to_string(workers.size());
      worker->settings.url.scheme = "http";
      worker->settings.url.host = "127.0.0.1";
      worker->settings.url.port = server->port();
      worker->kind = api::WorkerKind::kVllm;
      worker->host = "127.0.0.1";
      worker->state = std::make_shared<upstream::WorkerState>(worker->settings.name);
      worker->state->SetVerdict(health::Verdict::kHealthy, "");
      workers.push_back(std::move(worker));
    }
    group_ = upstream::MakeGroup(std::move(workers), conf::Policy::kRoundRobin);
    auto question = NewQuestion(std::move(request), context_.snapshot);
    question->target.group = group_.get();
    question->target.model = "m";
    question->asked.stream = stream;
    question->asked.expectations.operation = api::known::kChat;
    question->cache.key = key_;
    question->cache.ttl_ms = 60'000;
    return question;
  }

  // The outcome of a Fetch that nobody reads.
  ops::FetchOutcome Run(QuestionPtr question) {
    auto fetch = std::make_unique<Fetch>(&context_, std::move(question), nullptr);
    fetch->Run();
    EXPECT_TRUE(upstream::TurnUntil(&loop_, [&] { return fetch->over(); }));
    ops::FetchOutcome outcome = fetch->TakeOutcome();
    loop_.DestroyLater(std::move(fetch));
    upstream::Turn(&loop_);
    return outcome;
  }

  cache::EntryPtr Stored() {
    cache::MissReason reason;
    return cache_.FindInMemory(key_, &reason);
  }

  upstream::WaitQueue queue_;
  net::EventLoop loop_;
  net::Resolver resolver_;
  BufferedBytes::Budget buffered_;
  cache::Recorder::Budget recording_;
  std::atomic<int> idle_{100};
  upstream::ConnectionPool pool_{&loop_, &idle_};
  cache::MemoryCache memory_{64u << 20};
  cache::Cache cache_{&loop_, &memory_, nullptr};
  Silent observer_;
  ThreadContext context_;
  std::shared_ptr<upstream::WorkerGroup> group_;
  cache::CacheKey key_{};
};

TEST_F(FetchAlone, AWholeAnswerIsKept_WithNobodyToReadIt) {
  ScriptedServer server({{"*", Page(200, kWhole)}});
  const ops::FetchOutcome outcome = Run(Ask({&server}, false));
  EXPECT_STREQ(outcome.store, "stored");
  EXPECT_EQ(outcome.worker, "w0");
  EXPECT_EQ(outcome.output_tokens, 1);
  ASSERT_NE(Stored(), nullptr);
  EXPECT_EQ(Stored()->body, kWhole);
}

TEST_F(FetchAlone, AStreamIsKept_ItsLongEventsToo) {
  const std::string body = Chunk("h", "null") + Chunk(std::string(200'000, 'i'), "null") +
                           Chunk("", "\"stop\"") + "data: [DONE]\n\n";
  ScriptedServer server({{"*", Page(200, body, "text/event-stream")}});
  const ops::FetchOutcome outcome = Run(Ask({&server}, true));
  EXPECT_STREQ(outcome.store, "stored");
  EXPECT_EQ(outcome.frames, 4U);
  EXPECT_GT(outcome.first_token_at_us, 0);
  ASSERT_NE(Stored(), nullptr);
  EXPECT_TRUE(Stored()->stream);
}

TEST_F(FetchAlone, AFailureIsTriedElsewhere) {
  ScriptedServer broken({{"*", Page(500, "{}")}});
  ScriptedServer server({{"*", Page(200, kWhole)}});
  const ops::FetchOutcome outcome = Run(Ask({&broken, &server}, false));
  EXPECT_EQ(outcome.worker, "w1");
  EXPECT_STREQ(outcome.store, "stored");
}

TEST_F(FetchAlone, AnErrorEndsItAndIsNotKept) {
  ScriptedServer server({{"*", Page(400, R"({"error":{"message":"no"}})")}});
  const ops::FetchOutcome outcome = Run(Ask({&server}, false));
  EXPECT_STREQ(outcome.store, "upstream_error");
  EXPECT_EQ(outcome.worker, "w0");
  EXPECT_EQ(Stored(), nullptr);
}

TEST_F(FetchAlone, ItsOwnerMayCancelIt) {
  ScriptedServer server({{"*", Reply{"", true}}});
  auto fetch = std::make_unique<Fetch>(&context_, Ask({&server}, false), nullptr);
  fetch->Run();
  ASSERT_TRUE(upstream::TurnUntil(&loop_, [&] { return !server.requests().empty(); }));
  fetch.reset();
  upstream::Turn(&loop_);
  EXPECT_EQ(group_->workers.front()->state->in_flight(), 0);
  EXPECT_EQ(Stored(), nullptr);
}

}  // namespace
}  // namespace banto
