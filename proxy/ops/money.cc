#include "proxy/ops/money.h"

#include <algorithm>
#include <cmath>

namespace banto::ops {
namespace {

// Prices are for a million tokens.
double Nano(double price, int64_t tokens) {
  constexpr double kNanoPerToken = 1e9 / 1e6;
  return price * kNanoPerToken * static_cast<double>(tokens);
}

}  // namespace

int64_t CostOf(const conf::Price& price, const FetchOutcome& fetch) {
  if (fetch.input_tokens < 0 && fetch.output_tokens < 0) return -1;
  const int64_t input = std::max<int64_t>(0, fetch.input_tokens);
  const int64_t output = std::max<int64_t>(0, fetch.output_tokens);
  const int64_t cached = price.cached < 0 ? 0 : std::clamp<int64_t>(fetch.cached_tokens, 0, input);
  const double nano = Nano(price.input, input - cached) +
                      Nano(std::max(0.0, price.cached), cached) + Nano(price.output, output);
  // A worker may claim any number of tokens.
  constexpr double kNanoMax = 1e18;
  return std::llround(std::min(nano, kNanoMax));
}

}  // namespace banto::ops
