#include "health/engine_metrics.h"

#include <gtest/gtest.h>

#include <string>

#include "capture.h"

namespace banto::health {
namespace {

void ExpectLoad(std::string_view text, double running, double waiting, double usage) {
  const EngineLoad load = ParseEngineMetrics(text);
  EXPECT_DOUBLE_EQ(load.running, running) << text.substr(0, 60);
  EXPECT_DOUBLE_EQ(load.waiting, waiting) << text.substr(0, 60);
  EXPECT_DOUBLE_EQ(load.kv_cache_usage, usage) << text.substr(0, 60);
}

TEST(EngineMetrics, RecordedLlamaCpp) { ExpectLoad(Captured("llama/metrics").body, 0, 0, -1); }

TEST(EngineMetrics, VllmSumsItsEnginesAndTakesTheFullestCache) {
  ExpectLoad(R"(# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="tiny"} 3.0
vllm:num_requests_running{engine="1",model_name="tiny"} 4.0
vllm:num_requests_waiting{engine="0",model_name="tiny"} 1.0
vllm:num_requests_waiting{engine="1",model_name="tiny"} 0.0
vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 9.0
vllm:kv_cache_usage_perc{engine="0",model_name="tiny"} 0.25
vllm:kv_cache_usage_perc{engine="1",model_name="tiny"} 0.75
)",
             7, 1, 0.75);
}

TEST(EngineMetrics, VllmsOldNameOfTheCache) {
  ExpectLoad("vllm:gpu_cache_usage_perc{model_name=\"m\"} 5e-1\n", -1, -1, 0.5);
}

TEST(EngineMetrics, SglangAddsBothQueues) {
  ExpectLoad(
      "sglang:num_running_reqs{model_name=\"m\"} 2\nsglang:num_queue_reqs{} 3\n"
      "sglang:num_grammar_queue_reqs 1\nsglang:token_usage 0.5\n",
      2, 4, 0.5);
}

TEST(EngineMetrics, TgiUsageIsTokensOutOfTheMost) {
  ExpectLoad(
      "tgi_batch_current_size 5\ntgi_queue_size 6\ntgi_batch_current_max_tokens "
      "300\ntgi_batch_max_total_tokens 1200\n",
      5, 6, 0.25);
}

TEST(EngineMetrics, TeiHasAQueueOnly) { ExpectLoad("te_queue_size 8\n", -1, 8, -1); }

TEST(EngineMetrics, LabelsMayContainBracesAndQuotes) {
  ExpectLoad("vllm:num_requests_running{model_name=\"a}b\\\"}\"} 3 1700000000\n", 3, -1, -1);
}

TEST(EngineMetrics, MeaninglessLinesAreIgnored) {
  ExpectLoad("vllm:num_requests_running NaN\nvllm:num_requests_waiting +Inf\n", -1, -1, -1);
  ExpectLoad(
      "vllm:num_requests_running\nvllm:num_requests_running{a=\"b\nvllm:num_requests_running 4x\n",
      -1, -1, -1);
  ExpectLoad("", -1, -1, -1);
  ExpectLoad("<html>not found</html>", -1, -1, -1);
  ExpectLoad("vllm:num_requests_running 2\r\nvllm:num_requests_waiting 1", 2, 1, -1);
  ExpectLoad("vllm:num_requests_running -5\n", 0, -1, -1);
}

}  // namespace
}  // namespace banto::health
