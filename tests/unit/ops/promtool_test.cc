// Prometheus's own checker on a scrape with everything in it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "proxy/ops/metric_table.h"
#include "proxy/ops/metrics.h"
#include "tests/unit/ops/record_kit.h"

namespace banto::ops {
namespace {

std::string ScrapeOfEverything() {
  std::unique_ptr<Metrics> metrics = Metrics::Create();
  ThreadMetrics* thread = metrics->AddThread(nullptr, conf::Log::Format::kJson);
  Serve(thread, StreamedChat());
  Serve(thread, Hit());
  ExchangeRecord silent = StreamedChat();
  silent.fetch.input_tokens = silent.fetch.output_tokens = -1;
  Serve(thread, silent);
  ExchangeRecord keyed = StreamedChat();
  keyed.key = "team-a";
  Serve(thread, keyed);
  thread->OnRedisOperation("get", "ok", 300);
  thread->OnFallback(StreamedChat(), "queue_timeout");
  ExchangeRecord copy = StreamedChat();
  copy.cost_nano = copy.avoided_nano = 5;
  Serve(thread, copy);
  copy.model = "llama-next";
  thread->OnCopy(StreamedChat(), copy);
  metrics->OnProbe("gpu1", "ok");
  ScrapeGauges gauges;
  gauges.workers.push_back({"gpu1", "ready", true, false, 2, 3, 8, 4, 0.25});
  gauges.queue_depth["llama3"] = 1;
  gauges.has_memory = gauges.has_redis = true;
  gauges.loop_lag_us = {15, 20};
  gauges.version = "0.1.0";
  gauges.revision = "abc1234";
  return metrics->Render(gauges);
}

TEST(Scrape, HoldsEveryMetricOfTheTable) {
  const std::string scrape = ScrapeOfEverything();
  for (const Metric& metric : AllMetrics()) {
    const std::string head = std::string("# HELP ") + metric.name + " " + metric.help + "\n";
    EXPECT_NE(scrape.find(head), std::string::npos) << metric.name;
  }
  RecordProperty("scrape_bytes", static_cast<int>(scrape.size()));
}

TEST(MetricTable, NamesAreUniqueAndShowTheirType) {
  std::set<std::string> names;
  for (const Metric& metric : AllMetrics()) {
    const std::string name = metric.name;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.ends_with("_total"), metric.type == MetricType::kCounter) << name;
    EXPECT_EQ(metric.bounds.empty(), metric.type != MetricType::kHistogram) << name;
    EXPECT_TRUE(std::is_sorted(metric.bounds.begin(), metric.bounds.end())) << name;
  }
}

TEST(Scrape, IsCleanForPromtool) {
  if (std::system("promtool --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no promtool here";
  char path[] = "/tmp/banto-scrape-XXXXXX";
  const int fd = mkstemp(path);
  ASSERT_GE(fd, 0);
  const std::string scrape = ScrapeOfEverything();
  ASSERT_EQ(write(fd, scrape.data(), scrape.size()), static_cast<ssize_t>(scrape.size()));
  close(fd);
  FILE* run = popen((std::string("promtool check metrics 2>&1 <") + path).c_str(), "r");
  ASSERT_NE(run, nullptr);
  std::string words;
  for (char line[500]; fgets(line, sizeof line, run) != nullptr;) words += line;
  EXPECT_EQ(pclose(run), 0) << words;
  EXPECT_EQ(words, "");
  unlink(path);
}

}  // namespace
}  // namespace banto::ops
