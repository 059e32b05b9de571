#include "perf/simulator/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace banto::perf {

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const double rank = std::ceil(share * static_cast<double>(values.size()));
  const auto at = static_cast<std::ptrdiff_t>(std::max(1.0, rank)) - 1;
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<size_t>(at)];
}

double Mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::string TableHead() {
  return "                        first token, ms                        between    prompt   busy "
         "time\n"
         "policy         workers      mean       p50       p90       p99  tokens p90  cached   "
         "max/mean   used\n";
}

std::string TableRow(const std::string& policy, const ReplayResult& result) {
  const auto quantile = [&result](double share) { return Quantile(result.first_token_ms, share); };
  const double busy = Mean(result.busy_ms);
  const double busiest = Quantile(result.busy_ms, 1);
  const double prompts = static_cast<double>(std::max<int64_t>(1, result.prompt_tokens));
  char text[200];
  std::snprintf(
      text, sizeof(text), "%-14s %7zu %9.0f %9.0f %9.0f %9.0f %11.1f %6.1f%% %10.2f %5.0f%%\n",
      policy.c_str(), result.busy_ms.size(), Mean(result.first_token_ms), quantile(0.5),
      quantile(0.9), quantile(0.99), Quantile(result.between_ms, 0.9),
      100 * static_cast<double>(result.cached_tokens) / prompts, busy > 0 ? busiest / busy : 0,
      result.lasted_ms > 0 ? 100 * busy / result.lasted_ms : 0);
  return text;
}

}  // namespace banto::perf
