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

TEST(EngineMetrics, CapacityOfTheKvCacheIsInTokens) {
  EXPECT_EQ(ParseEngineMetrics("vllm:cache_config_info{block_size=\"16\",cache_dtype=\"auto\","
                               "num_gpu_blocks=\"27000\",num_cpu_blocks=\"0\"} 1.0\n")
                .kv_tokens,
            16 * 27'000);
  EXPECT_EQ(
      ParseEngineMetrics("vllm:cache_config_info{engine=\"0\",block_size=\"16\",num_gpu_blocks="
                         "\"10\"} 1\nvllm:cache_config_info{engine=\"1\",block_size=\"16\","
                         "num_gpu_blocks=\"10\"} 1\n")
          .kv_tokens,
      320);
  EXPECT_EQ(ParseEngineMetrics("sglang:max_total_num_tokens{model_name=\"m\"} 123456\n").kv_tokens,
            123'456);
  EXPECT_EQ(ParseEngineMetrics("vllm:cache_config_info{num_gpu_blocks=\"None\"} 1\n").kv_tokens, 0);
  EXPECT_EQ(ParseEngineMetrics("vllm:num_requests_running 2\n").kv_tokens, -1);
}

TEST(EngineMetrics, AProcessSaysWhenItBegan) {
  EXPECT_EQ(ParseEngineMetrics("process_start_time_seconds 1.7e9\n").started_s, 1.7e9);
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
