// What an inference engine's steps cost and how much it holds: the constants of the step model, and
// named sets of them.
#ifndef BANTO_PERF_ENGINE_ENGINE_COSTS_H_
#define BANTO_PERF_ENGINE_ENGINE_COSTS_H_

#include <cstdint>
#include <string_view>

namespace banto::perf {

struct EngineCosts {
  double step_ms = 0;              // of any step
  double per_sequence_ms = 0;      // for each decoding sequence
  double per_prompt_token_us = 0;  // for each prompt token read …
  double context_tokens = 0;   // … twice as much behind so many others; 0: the same everywhere
  double per_kv_token_ns = 0;  // for each token that the decoding sequences look back at
  double factor = 1;           // of all these; 2: half as fast
  int64_t slots = 256;
  int64_t prompt_tokens_per_step = 8192;
  int64_t kv_tokens = 0;  // that fit into its memory; 0: no limit, and no prompt is remembered

  // All zero: answers are immediate, and nothing is timed.
  bool instant() const {
    return step_ms <= 0 && per_sequence_ms <= 0 && per_prompt_token_us <= 0 && per_kv_token_ns <= 0;
  }
};

// "h100-8b", "a100-8b", "a40-8b", "70b-tp4"; nullptr: no such one.
const EngineCosts* FindEngineCosts(std::string_view name);
// All names, for messages.
std::string_view EngineCostsNames();

}  // namespace banto::perf

#endif  // BANTO_PERF_ENGINE_ENGINE_COSTS_H_
