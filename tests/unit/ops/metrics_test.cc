#include "proxy/ops/metrics.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "proxy/ops/log_writer.h"
#include "tests/unit/ops/record_kit.h"

namespace banto::ops {
namespace {

constexpr auto kJson = conf::Log::Format::kJson;

class MetricsTest : public testing::Test {
 protected:
  std::string Scrape() const { return "\n" + metrics_->Render(gauges_); }
  std::string Value(const std::string& series) const { return ValueOf(Scrape(), series); }

  std::unique_ptr<Metrics> metrics_ = Metrics::Create();
  ThreadMetrics* thread_ = metrics_->AddThread(nullptr, kJson);
  ScrapeGauges gauges_;
};

TEST_F(MetricsTest, RequestIsCountedByOutcome) {
  Serve(thread_, StreamedChat());
  Serve(thread_, Hit());
  const std::string name = "banto_requests_total{endpoint=\"chat\",model=\"llama3\",code=\"200\"";
  EXPECT_EQ(Value(name + ",cache=\"miss\"}"), "1");
  EXPECT_EQ(Value(name + ",cache=\"hit\"}"), "1");
}

TEST_F(MetricsTest, AKeyPaysForWhatWorkersDid) {
  ExchangeRecord asked = StreamedChat(), hit = Hit(), refused;
  asked.key = hit.key = refused.key = "team-a";
  refused.status = 403;
  for (const ExchangeRecord& record : {asked, hit, refused}) Serve(thread_, record);
  Serve(thread_, StreamedChat());
  EXPECT_EQ(Value("banto_key_requests_total{key=\"team-a\",code=\"200\"}"), "2");
  EXPECT_EQ(Value("banto_key_requests_total{key=\"team-a\",code=\"403\"}"), "1");
  EXPECT_EQ(Value("banto_key_tokens_total{key=\"team-a\",type=\"input\"}"), "11");
  EXPECT_EQ(Value("banto_key_tokens_total{key=\"team-a\",type=\"output\"}"), "101");
  EXPECT_EQ(Value("banto_key_requests_total{key=\"\",code=\"200\"}"), "") << "without a key";
}

TEST_F(MetricsTest, InFlightIsStartedAndNotFinished) {
  thread_->OnExchangeStart("chat");
  thread_->OnExchangeStart("chat");
  EXPECT_EQ(Value("banto_requests_in_flight{endpoint=\"chat\"}"), "2");
  thread_->OnExchange(StreamedChat());
  EXPECT_EQ(Value("banto_requests_in_flight{endpoint=\"chat\"}"), "1");
}

TEST_F(MetricsTest, HistogramIsCumulativeInSeconds) {
  Serve(thread_, StreamedChat());  // first token after 0.25 s, which is a bound
  const std::string name = "banto_time_to_first_token_seconds";
  const std::string labels = "{model=\"llama3\",worker=\"gpu1\",cache=\"miss\"";
  EXPECT_EQ(Value(name + "_bucket" + labels + ",le=\"0.1\"}"), "0");
  EXPECT_EQ(Value(name + "_bucket" + labels + ",le=\"0.25\"}"), "1");
  EXPECT_EQ(Value(name + "_bucket" + labels + ",le=\"160\"}"), "1");
  EXPECT_EQ(Value(name + "_bucket" + labels + ",le=\"+Inf\"}"), "1");
  EXPECT_EQ(Value(name + "_sum" + labels + "}"), "0.25");
  EXPECT_EQ(Value(name + "_count" + labels + "}"), "1");
}

TEST_F(MetricsTest, TimePerTokenExcludesTheFirstToken) {
  Serve(thread_, StreamedChat());  // 984.567 ms for 100 tokens
  const std::string labels = "{model=\"llama3\",worker=\"gpu1\"}";
  EXPECT_EQ(Value("banto_time_per_output_token_seconds_sum" + labels), "0.009845");
}

TEST_F(MetricsTest, AttemptsAndRetriesNameTheirWorker) {
  Serve(thread_, StreamedChat());
  EXPECT_EQ(Value("banto_worker_errors_total{worker=\"gpu2\",reason=\"connect_error\"}"), "1");
  EXPECT_EQ(Value("banto_retries_total{reason=\"connect_error\"}"), "1");
  const std::string attempts = "banto_worker_requests_total{worker=";
  EXPECT_EQ(Value(attempts + "\"gpu2\",model=\"llama3\",code=\"none\"}"), "1");
  EXPECT_EQ(Value(attempts + "\"gpu1\",model=\"llama3\",code=\"200\"}"), "1");
  EXPECT_EQ(Value("banto_worker_errors_total{worker=\"gpu1\",reason=\"ok\"}"), "");
}

TEST_F(MetricsTest, HitSavesTokensAndCostsNoWorkerTime) {
  Serve(thread_, Hit());
  EXPECT_EQ(Value("banto_cache_saved_tokens_total{model=\"llama3\",type=\"output\"}"), "101");
  EXPECT_EQ(Value("banto_cache_saved_worker_seconds_total{model=\"llama3\"}"), "1.15");
  EXPECT_EQ(Scrape().find("banto_tokens_total{"), std::string::npos);
  EXPECT_EQ(Scrape().find("worker=\"gpu1\""), std::string::npos);
}

TEST_F(MetricsTest, RefusalIsCountedOnlyWhenNoWorkerWasReached) {
  ExchangeRecord record = StreamedChat();
  record.error = "queue_full";
  record.status = 503;
  record.fetch.attempts.clear();
  Serve(thread_, record);
  record.fetch.attempts.push_back({"gpu1", "reset", 0, 10, -1});
  record.error = "upstream_disconnected";
  Serve(thread_, record);
  const std::string name = "banto_requests_rejected_total{reason=";
  EXPECT_EQ(Value(name + "\"queue_full\",model=\"llama3\"}"), "1");
  EXPECT_EQ(Scrape().find("reason=\"upstream_disconnected\""), std::string::npos);
}

TEST_F(MetricsTest, StoreIsCountedAsStoredSkippedOrFailed) {
  ExchangeRecord record = StreamedChat();
  for (const char* store : {"stored", "incomplete_stream", "store_down"}) {
    record.fetch.store = store;
    Serve(thread_, record);
  }
  const std::string name = "banto_cache_stores_total{result=";
  EXPECT_EQ(Value(name + "\"stored\",reason=\"\"}"), "1");
  EXPECT_EQ(Value(name + "\"skipped\",reason=\"incomplete_stream\"}"), "1");
  EXPECT_EQ(Value(name + "\"failed\",reason=\"store_down\"}"), "1");
}

TEST_F(MetricsTest, UnknownModelIsOther) {
  ExchangeRecord record = StreamedChat();
  record.model_known = false;
  record.status = 404;
  for (int i = 0; i < 1000; ++i) {
    const std::string model = "guess-" + std::to_string(i);
    record.model = model;
    Serve(thread_, record);
  }
  EXPECT_EQ(Scrape().find("guess-"), std::string::npos);
  EXPECT_EQ(Value("banto_requests_total{endpoint=\"chat\",model=\"other\",code=\"404\",cache="
                  "\"miss\"}"),
            "1000");
}

TEST_F(MetricsTest, KnownModelsAreNeverFolded) {
  ExchangeRecord record = StreamedChat();
  for (int i = 0; i < 2 * Metrics::kModelsMax; ++i) {
    const std::string model = "listed-" + std::to_string(i);
    record.model = model;
    Serve(thread_, record);
  }
  const std::string last = std::to_string(2 * Metrics::kModelsMax - 1);
  EXPECT_EQ(Value("banto_queue_wait_seconds_count{model=\"listed-" + last + "\"}"), "1");
}

// A worker with models = ["*"] that accepts any name: clients must not create series without bound.
TEST_F(MetricsTest, NamesAcceptedByAnyWorkerAreBounded) {
  ThreadMetrics* second = metrics_->AddThread(nullptr, kJson);
  ExchangeRecord record = StreamedChat();
  record.model_known = false;
  for (int i = 0; i < 3 * Metrics::kModelsMax; ++i) {
    const std::string model = "any-" + std::to_string(i);
    record.model = model;
    Serve(i % 2 == 0 ? thread_ : second, record);
  }
  const std::string name = "banto_queue_wait_seconds_count{model=";
  EXPECT_EQ(Value(name + "\"any-0\"}"), "1");
  EXPECT_EQ(Value(name + "\"any-" + std::to_string(Metrics::kModelsMax - 1) + "\"}"), "1");
  EXPECT_EQ(Value(name + "\"any-" + std::to_string(Metrics::kModelsMax) + "\"}"), "");
  EXPECT_EQ(Value(name + "\"other\"}"), std::to_string(2 * Metrics::kModelsMax));
}

TEST_F(MetricsTest, LabelValuesAreEscaped) {
  ExchangeRecord record = StreamedChat();
  record.model = "a\"b\\c\nd\xFF";
  Serve(thread_, record);
  EXPECT_EQ(Value("banto_queue_wait_seconds_count{model=\"a\\\"b\\\\c\\nd\xEF\xBF\xBD\"}"), "1");
}

TEST_F(MetricsTest, RedisIsUpOnlyIfEveryThreadSaysSo) {
  ThreadMetrics* second = metrics_->AddThread(nullptr, kJson);
  EXPECT_EQ(Value("banto_cache_store_up"), "");
  gauges_.has_redis = true;
  EXPECT_EQ(Value("banto_cache_store_up"), "1");
  second->OnRedisState(false, true, "connect: Connection refused");
  EXPECT_EQ(Value("banto_cache_store_up"), "0");
  EXPECT_EQ(Value("banto_cache_store_circuit_open"), "1");
  second->OnRedisState(true, false, "");
  EXPECT_EQ(Value("banto_cache_store_up"), "1");
  EXPECT_EQ(Value("banto_cache_store_circuit_open"), "0");
}

TEST_F(MetricsTest, SkippedRedisCommandTakesNoTime) {
  thread_->OnRedisOperation("get", "ok", 700);
  thread_->OnRedisOperation("get", "skipped", 0);
  const std::string name = "banto_cache_store_operation";
  EXPECT_EQ(Value(name + "s_total{operation=\"get\",result=\"skipped\"}"), "1");
  EXPECT_EQ(Value(name + "_duration_seconds_count{operation=\"get\"}"), "1");
}

TEST_F(MetricsTest, WorkerGaugesAreThereFromTheStart) {
  WorkerGauges worker;
  worker.name = "gpu1";
  worker.state = "draining";
  worker.up = true;
  gauges_.workers = {worker};
  EXPECT_EQ(Value("banto_worker_up{worker=\"gpu1\"}"), "1");
  EXPECT_EQ(Value("banto_worker_state{worker=\"gpu1\",state=\"draining\"}"), "1");
  EXPECT_EQ(Value("banto_worker_state{worker=\"gpu1\",state=\"ready\"}"), "0");
  EXPECT_EQ(Value("banto_worker_engine_requests_waiting{worker=\"gpu1\"}"), "");
}

TEST_F(MetricsTest, ConnectionsGoUpAndDown) {
  for (int i = 0; i < 3; ++i) thread_->OnClientConnections(1);
  thread_->OnClientConnections(-1);
  EXPECT_EQ(Value("banto_connections_active{side=\"client\"}"), "2");
}

TEST_F(MetricsTest, ProcessFiguresAreReal) {
  EXPECT_GT(std::stod(Value("process_resident_memory_bytes")), 1e6);
  EXPECT_GE(std::stod(Value("process_open_fds")), 3);
  const double start_s = std::stod(Value("process_start_time_seconds"));
  EXPECT_LE(start_s, static_cast<double>(time(nullptr)) + 1);
  EXPECT_GT(start_s, static_cast<double>(time(nullptr)) - 3600);
}

// Two threads count while a third scrapes: for ThreadSanitizer, and nothing may get lost.
TEST_F(MetricsTest, TwoThreadsAndAScrapeLoseNothing) {
  constexpr int kRequests = 2'000;
  ThreadMetrics* threads[] = {thread_, metrics_->AddThread(nullptr, kJson)};
  std::atomic<int> running{2};
  std::vector<std::thread> producers;
  for (ThreadMetrics* counters : threads) {
    producers.emplace_back([counters, &running] {
      ExchangeRecord record = StreamedChat();
      for (int i = 0; i < kRequests; ++i) {
        const std::string model = "m" + std::to_string(i % 50);
        record.model = model;
        counters->OnChunkGap(i);
        Serve(counters, record);
      }
      --running;
    });
  }
  while (running.load() > 0) EXPECT_FALSE(Scrape().empty());
  for (auto& producer : producers) producer.join();
  EXPECT_EQ(Value("banto_inter_chunk_latency_seconds_count"), std::to_string(2 * kRequests));
  EXPECT_EQ(Value("banto_overhead_seconds_count{endpoint=\"chat\"}"),
            std::to_string(2 * kRequests));
  EXPECT_EQ(Value("banto_queue_wait_seconds_count{model=\"m7\"}"),
            std::to_string(2 * kRequests / 50));
}

class OneLine final : public LogRing {
 public:
  bool Push(std::string_view line) override {
    last = line;
    return true;
  }
  std::string last;
};

TEST_F(MetricsTest, RecordBecomesAnAccessLine) {
  OneLine ring;
  Serve(metrics_->AddThread(&ring, kJson), StreamedChat());
  EXPECT_NE(ring.last.find("\"request_id\":\"req-1\""), std::string::npos) << ring.last;
}

}  // namespace
}  // namespace banto::ops
