#include "health/engine_metrics.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

namespace banto::health {
namespace {

enum class Meaning : uint8_t {
  kRunning,     // requests being processed
  kWaiting,     // requests in the engine's own queue
  kUsage,       // of the KV cache, 0 to 1
  kTokensUsed,  // TGI: of the batch …
  kTokensMax,   // … out of these
  kKvTokens,    // that the KV cache holds
  kKvBlocks,    // vLLM: the cache's configuration, in labels
  kStarted,     // when the process began
};

struct Name {
  std::string_view name;
  Meaning meaning;
};

constexpr Name kNames[] = {
    {"vllm:num_requests_running", Meaning::kRunning},
    {"vllm:num_requests_waiting", Meaning::kWaiting},
    {"vllm:kv_cache_usage_perc", Meaning::kUsage},
    {"vllm:gpu_cache_usage_perc", Meaning::kUsage},  // its name up to 0.9
    {"sglang:num_running_reqs", Meaning::kRunning},
    {"sglang:num_queue_reqs", Meaning::kWaiting},
    {"sglang:num_grammar_queue_reqs", Meaning::kWaiting},
    {"sglang:token_usage", Meaning::kUsage},
    {"llamacpp:requests_processing", Meaning::kRunning},
    {"llamacpp:requests_deferred", Meaning::kWaiting},
    {"llamacpp:kv_cache_usage_ratio", Meaning::kUsage},  // old builds
    {"tgi_batch_current_size", Meaning::kRunning},
    {"tgi_queue_size", Meaning::kWaiting},
    {"tgi_batch_current_max_tokens", Meaning::kTokensUsed},
    {"tgi_batch_max_total_tokens", Meaning::kTokensMax},
    {"te_queue_size", Meaning::kWaiting},
    {"vllm:cache_config_info", Meaning::kKvBlocks},
    {"sglang:max_total_num_tokens", Meaning::kKvTokens},
    {"process_start_time_seconds", Meaning::kStarted},
};

const Name* Find(std::string_view name) {
  const auto it = std::find_if(std::begin(kNames), std::end(kNames),
                               [&](const Name& n) { return n.name == name; });
  return it == std::end(kNames) ? nullptr : it;
}

// The part after "{labels}"; label values are quoted and may contain braces.
std::string_view SkipLabels(std::string_view in) {
  bool quoted = false;
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '\\' && quoted) {
      ++i;
    } else if (in[i] == '"') {
      quoted = !quoted;
    } else if (in[i] == '}' && !quoted) {
      return in.substr(i + 1);
    }
  }
  return {};
}

// The number in a label of "{labels}", 0 if there is none.
double LabelNumber(std::string_view labels, std::string_view name) {
  const std::string start = std::string(name) + "=\"";
  size_t at = labels.find(start);
  while (at != std::string_view::npos && at > 0 && labels[at - 1] != ',' && labels[at - 1] != '{')
    at = labels.find(start, at + 1);
  if (at == std::string_view::npos) return 0;
  const std::string text(labels.substr(at + start.size(), 32));
  return std::max(0.0, std::strtod(text.c_str(), nullptr));
}

// The value; NaN if there is none.
double Value(std::string_view in) {
  const size_t start = in.find_first_not_of(" \t");
  if (start == std::string_view::npos) return std::nan("");
  in.remove_prefix(start);
  const std::string text(in.substr(0, std::min<size_t>(in.find_first_of(" \t\r"), 64)));
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == '\0' && std::isfinite(value) ? value : std::nan("");
}

void Add(double value, double* sum) { *sum = std::max(*sum, 0.0) + std::max(value, 0.0); }

// What a page has told so far.
class Report {
 public:
  // `rest`: of the line, after the name.
  void Take(Meaning meaning, double value, std::string_view rest) {
    switch (meaning) {
      case Meaning::kRunning:
        Add(value, &load_.running);
        break;
      case Meaning::kWaiting:
        Add(value, &load_.waiting);
        break;
      case Meaning::kUsage:
        load_.kv_cache_usage = std::max(load_.kv_cache_usage, value);
        break;
      case Meaning::kTokensUsed:
        Add(value, &tokens_used_);
        break;
      case Meaning::kTokensMax:
        Add(value, &tokens_max_);
        break;
      case Meaning::kKvTokens:
        Add(value, &load_.kv_tokens);
        break;
      case Meaning::kKvBlocks:
        Add(LabelNumber(rest, "block_size") * LabelNumber(rest, "num_gpu_blocks"),
            &load_.kv_tokens);
        break;
      case Meaning::kStarted:
        load_.started_s = std::max(load_.started_s, value);
        break;
    }
  }

  EngineLoad Finish() {
    if (tokens_max_ > 0 && tokens_used_ >= 0)
      load_.kv_cache_usage = std::min(tokens_used_ / tokens_max_, 1.0);
    return load_;
  }

 private:
  EngineLoad load_;
  double tokens_used_ = -1, tokens_max_ = -1;  // TGI's
};

}  // namespace

EngineLoad ParseEngineMetrics(std::string_view text) {
  Report report;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t name_end = line.find_first_of("{ \t");
    if (line.empty() || line[0] == '#' || name_end == std::string_view::npos) continue;
    const Name* name = Find(line.substr(0, name_end));
    if (name == nullptr) continue;
    const std::string_view rest = line.substr(name_end);
    const double value = Value(rest[0] == '{' ? SkipLabels(rest) : rest);
    if (std::isnan(value)) continue;
    report.Take(name->meaning, value, rest);
  }
  return report.Finish();
}

}  // namespace banto::health
