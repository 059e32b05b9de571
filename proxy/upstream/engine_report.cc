#include "proxy/upstream/engine_report.h"

#include <algorithm>
#include <cmath>

#include "proxy/api/engine_traits.h"
#include "proxy/upstream/prefix_index.h"
#include "proxy/upstream/token_length.h"

namespace banto::upstream {
namespace {

// More is not believed: a figure corrects, and never decides alone.
constexpr double kPastUsMax = 256, kKvTokensMax = 1e8;

void SetKvTokens(double tokens, WorkerState* state) {
  constexpr double kTokensPerBlock = PrefixIndex::kBlockBytes / TokenLength::kBytes;
  // The JSON around texts takes blocks too, and to believe that too little is there costs more than
  // too much (measured: perf/README.md).
  constexpr double kRoom = 1.25;
  if (tokens <= 0 || state->prefixes() == nullptr) return;
  tokens = std::min(tokens, kKvTokensMax);
  state->prefixes()->SetCapacity(std::llround(kRoom * tokens / kTokensPerBlock));
}

}  // namespace

// A slot of llama.cpp keeps what it read last, up to its context.
void EngineReport::OnFacts(const health::EngineFacts& facts, WorkerState* state) {
  const double in_slots = static_cast<double>(facts.slots) * static_cast<double>(facts.slot_tokens);
  const auto assumed = static_cast<double>(api::TraitsOf(facts.kind).kv_tokens);
  // What it tells as a load figure is more exact, and comes later.
  if (api::TraitsOf(facts.kind).load_page == nullptr || in_slots > 0)
    SetKvTokens(in_slots > 0 ? in_slots : assumed, state);
}

void EngineReport::OnLoad(const health::EngineLoad& load, WorkerState* state) {
  SetKvTokens(load.kv_tokens, state);
  // Of several behind one address the youngest counts.
  const bool again = started_s_ >= 0 && load.started_s > started_s_;
  if (again && state->prefixes() != nullptr) state->prefixes()->ForgetAll();
  started_s_ = std::max(started_s_, load.started_s);
  // Its figures and our count are of different moments: only what is there twice is believed.
  const double there = std::max(0.0, load.running) + std::max(0.0, load.waiting);
  const double more = there - state->in_flight();
  const int seen = static_cast<int>(std::clamp(more, 0.0, kPastUsMax));
  state->SetPastUs(std::min(seen, past_us_));
  past_us_ = seen;
}

void EngineReport::OnVerdict(health::Verdict verdict, WorkerState* state) {
  if (verdict == health::Verdict::kHealthy) return;
  state->SetPastUs(0);
  if (state->prefixes() != nullptr) state->prefixes()->ForgetAll();
}

}  // namespace banto::upstream
