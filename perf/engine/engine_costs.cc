#include "perf/engine/engine_costs.h"

#include <array>
#include <utility>

namespace banto::perf {
namespace {

constexpr EngineCosts Costs(double step_ms, double sequence_ms, double prompt_us, double kv_ns,
                            int64_t kv_tokens) {
  EngineCosts costs;
  costs.step_ms = step_ms;
  costs.per_sequence_ms = sequence_ms;
  costs.per_prompt_token_us = prompt_us;
  costs.context_tokens = 30'000;
  costs.per_kv_token_ns = kv_ns;
  costs.kv_tokens = kv_tokens;
  return costs;
}

// An 8B model on one GPU and a 70B model on four. Steps and prompt tokens from published step
// times; what a token of context costs follows the memory's bandwidth, where nobody measured it.
constexpr std::array<std::pair<std::string_view, EngineCosts>, 4> kSets = {{
    {"h100-8b", Costs(6, 0.05, 35, 56, 400'000)},
    {"a100-8b", Costs(10, 0.05, 68, 93, 400'000)},
    {"a40-8b", Costs(25, 0.1, 130, 270, 200'000)},
    {"70b-tp4", Costs(24, 0.15, 160, 80, 250'000)},
}};

}  // namespace

const EngineCosts* FindEngineCosts(std::string_view name) {
  for (const auto& [known, costs] : kSets) {
    if (known == name) return &costs;
  }
  return nullptr;
}

std::string_view EngineCostsNames() { return "h100-8b | a100-8b | a40-8b | 70b-tp4"; }

}  // namespace banto::perf
