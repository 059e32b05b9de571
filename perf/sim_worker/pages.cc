#include "perf/sim_worker/pages.h"

#include <nlohmann/json.hpp>

#include "perf/sim_worker/worker.h"

namespace banto::perf {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPlainText = "text/plain; version=0.0.4; charset=utf-8";

std::string ModelsPage(const Worker& worker, const std::vector<std::string>& models) {
  const std::string_view name = worker.profile().name;
  Json list = {{"object", "list"}, {"data", Json::array()}};
  for (const std::string& model : models) {
    list["data"].push_back({{"id", model},
                            {"object", "model"},
                            {"created", 1700000000},
                            {"owned_by", name == "ollama" ? "library" : name},
                            {"max_model_len", 32768}});
  }
  return list.dump();
}

std::string TagsPage(const std::vector<std::string>& models) {
  Json list = {{"models", Json::array()}};
  for (const std::string& model : models) {
    list["models"].push_back({{"name", model},
                              {"model", model},
                              {"modified_at", "2026-11-21T09:23:32.661249126Z"},
                              {"size", 253113294},
                              {"digest", std::string(64, 'e')},
                              {"details", {{"format", "gguf"}, {"family", "sim"}}}});
  }
  return list.dump();
}

// vLLM's, of an engine whose memory has a limit.
std::string MemoryGauges(const TimedEngine& engine, const std::string& label) {
  if (!engine.memory().remembers()) return {};
  const int64_t blocks = engine.memory().capacity() / KvMemory::kOwnTokens;
  return "# TYPE vllm:kv_cache_usage_perc gauge\nvllm:kv_cache_usage_perc" + label +
         std::to_string(engine.memory().in_use()) +
         "\n# TYPE vllm:cache_config_info gauge\nvllm:cache_config_info{block_size=\"" +
         std::to_string(KvMemory::kOwnTokens) +
         "\",enable_prefix_caching=\"True\",num_gpu_blocks=\"" + std::to_string(blocks) + "\"} 1\n";
}

// Each engine's names for the same two gauges; vLLM's for an engine that has none.
std::string MetricsPage(Worker& worker) {
  const std::string_view name = worker.profile().name;
  const TimedEngine& engine = worker.engine();
  const std::string label = "{model_name=\"" + worker.options().models.front() + "\"} ";
  const auto gauge = [](std::string metric, std::string_view labels, int64_t value) {
    return "# TYPE " + metric + " gauge\n" + metric + std::string(labels) + std::to_string(value) +
           "\n";
  };
  if (name == "llamacpp") {
    return gauge("llamacpp:requests_processing", " ", engine.running()) +
           gauge("llamacpp:requests_deferred", " ", engine.waiting());
  }
  if (name == "tgi") {
    return gauge("tgi_batch_current_size", " ", engine.running()) +
           gauge("tgi_queue_size", " ", engine.waiting());
  }
  if (name == "sglang") {
    return gauge("sglang:num_running_reqs", label, engine.running()) +
           gauge("sglang:num_queue_reqs", label, engine.waiting());
  }
  return gauge("vllm:num_requests_running", label, engine.running()) +
         gauge("vllm:num_requests_waiting", label, engine.waiting()) + MemoryGauges(engine, label);
}

std::string SlotsPage(Worker& worker) {
  Json slots = Json::array();
  for (int64_t i = 0; i < worker.engine().costs().slots; ++i) {
    slots.push_back({{"id", i}, {"n_ctx", 4096}, {"is_processing", i < worker.engine().running()}});
  }
  return slots.dump();
}

std::string StatsPage(Worker& worker) {
  const EngineCounts counts = worker.engine().counts();
  return Json{{"submitted", counts.submitted},
              {"finished", counts.finished},
              {"cancelled", counts.cancelled},
              {"running", worker.engine().running()},
              {"waiting", worker.engine().waiting()},
              {"running_most", counts.running_most},
              {"waiting_most", counts.waiting_most},
              {"prompt_tokens", counts.prompt_tokens},
              {"output_tokens", counts.output_tokens},
              {"connections", worker.connections()},
              {"cached_tokens", counts.cached_tokens},
              {"preempted", counts.preempted},
              {"busy_ms", counts.busy_ms}}
      .dump();
}

Page HealthPage(Worker& worker) {
  if (worker.options().fault.kind == FaultKind::kUnhealthy) return {500, "", {}};
  if (worker.profile().name == "ollama") return {404, "404 page not found", "text/plain"};
  return {200, worker.profile().name == "llamacpp" ? R"({"status":"ok"})" : "", {}};
}

}  // namespace

Page FindPage(Worker& worker, std::string_view method, std::string_view path) {
  if (method != "GET") return {};
  path = path.substr(0, path.find('?'));
  const std::string_view name = worker.profile().name;
  const std::vector<std::string>& models = worker.options().models;
  if (path == "/health") return HealthPage(worker);
  if (path == "/v1/models") return {200, ModelsPage(worker, models), {}};
  if (path == "/stats") return {200, StatsPage(worker), {}};
  if (path == "/metrics" && name != "ollama") return {200, MetricsPage(worker), kPlainText};
  if (path == "/slots" && name == "llamacpp") return {200, SlotsPage(worker), {}};
  if (path == "/version" && name == "vllm") return {200, R"({"version":"0.32.0"})", {}};
  if (name == "ollama") {
    if (path == "/") return {200, "Ollama is running", "text/plain; charset=utf-8"};
    if (path == "/api/version") return {200, R"({"version":"0.6.8"})", {}};
    if (path == "/api/tags") return {200, TagsPage(models), {}};
    if (path == "/api/ps") return {200, TagsPage(models), {}};
  }
  if (path == "/info" && name == "tgi") {
    return {200, Json{{"model_id", models.front()}, {"version", "3.3.5"}}.dump(), {}};
  }
  if (path == "/get_model_info" && name == "sglang") {
    return {200, Json{{"model_path", models.front()}}.dump(), {}};
  }
  return {404, R"({"detail":"Not Found"})", {}};
}

Page Control(Worker& worker, std::string_view text) {
  const Json wishes = Json::parse(text, nullptr, false);
  if (!wishes.is_object()) return {400, R"({"error":"not an object"})", {}};
  Fault fault = worker.options().fault;
  EngineCosts costs = worker.engine().costs();
  for (const auto& [key, value] : wishes.items()) {
    bool known = value.is_number();
    if (key == "fault") {
      known = value.is_string() && FaultFromName(value.get<std::string>(), &fault.kind);
    } else if (!known) {
    } else if (key == "after_tokens") {
      fault.after_tokens = value;
    } else if (key == "delay_ms") {
      fault.delay_ms = value;
    } else if (key == "status") {
      fault.status = value;
    } else if (key == "share") {
      fault.share = value;
    } else if (key == "step_ms") {
      costs.step_ms = value;
    } else if (key == "per_sequence_ms") {
      costs.per_sequence_ms = value;
    } else if (key == "per_prompt_token_us") {
      costs.per_prompt_token_us = value;
    } else if (key == "slots") {
      costs.slots = value;
    } else if (key == "factor") {
      costs.factor = value;
    } else if (key == "crash_ms") {
      worker.CrashFor(value);
    } else {
      known = false;
    }
    if (!known) return {400, Json{{"error", "not understood: " + key}}.dump(), {}};
  }
  worker.SetFault(fault);
  worker.engine().set_costs(costs);
  return {200, Json{{"fault", FaultName(fault.kind)}, {"slots", costs.slots}}.dump(), {}};
}

}  // namespace banto::perf
