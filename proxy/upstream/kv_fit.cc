#include "proxy/upstream/kv_fit.h"

#include <algorithm>
#include <cmath>

namespace banto::upstream {
namespace {

constexpr double kStepFirst = 0.1, kStepMin = 0.02, kStepMax = 0.3;
constexpr double kStepGrows = 1.5, kStepShrinks = 0.5;
// What is expected is estimated from bytes, and engines cache whole blocks: less says nothing.
constexpr double kTokensMin = 256, kShareMin = 1.0 / 8;

}  // namespace

// -1: it does not say.
double KvFit::Told(const CachedTokens& tokens) {
  const bool tells =
      std::find(telling_.begin(), telling_.end(), tokens.operation) != telling_.end();
  if (tokens.told > 0 && !tells) telling_.push_back(tokens.operation);
  return tokens.told < 0 && tells ? 0 : tokens.told;
}

bool KvFit::Note(const CachedTokens& tokens, bool forgot) {
  const double told = Told(tokens);
  // An engine reads at least the last token of every prompt.
  if (tokens.prompt <= 0 || told < 0 || told >= tokens.told_prompt) return false;
  const double more = told - tokens.expected / tokens.prompt * tokens.told_prompt;
  if (std::abs(more) < std::max(kTokensMin, kShareMin * tokens.told_prompt)) return false;
  if (more > 0 ? !forgot : tokens.lately) return false;
  const bool agrees = (step_ > 0) == (more > 0);
  const double size =
      step_ == 0
          ? kStepFirst
          : std::clamp(std::abs(step_) * (agrees ? kStepGrows : kStepShrinks), kStepMin, kStepMax);
  step_ = more > 0 ? size : -size;
  factor_ = std::clamp(factor_ * std::exp(step_), kFactorMin, kFactorMax);
  return true;
}

}  // namespace banto::upstream
