// Whether workers of one's own pay: a fixed cost a month beside what their tokens would have cost
// outside. Pure.
#ifndef BANTO_PROXY_OPS_BREAK_EVEN_H_
#define BANTO_PROXY_OPS_BREAK_EVEN_H_

#include <cstdint>
#include <optional>

#include "proxy/ops/report.h"

namespace banto::ops {

// A month of any length would make the same log pay in February and not in March.
constexpr int64_t kMonthMs = int64_t{30} * 24 * 3600 * 1000;

struct BreakEven {
  double fixed_month = 0, fixed_period = 0;
  double avoided = 0, own_cost = 0;   // of the answers whose lines say what was avoided
  double cache_avoided = 0;           // part of avoided: by answers from the cache
  std::optional<double> per_million;  // avoided less own cost, of a million tokens; none: no tokens
  std::optional<double> tokens_month;      // where the two are equal; none: nowhere
  std::optional<double> tokens_month_now;  // of the period, a month long; none: it is too short
  std::optional<double> reached;           // 1: this period is there
};

BreakEven BreakEvenOf(const Report& report, double fixed_month);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_BREAK_EVEN_H_
