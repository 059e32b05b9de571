#include "proxy/ops/break_even.h"

namespace banto::ops {

BreakEven BreakEvenOf(const Report& report, double fixed_month) {
  constexpr double kMillion = 1e6;
  const auto tokens = static_cast<double>(report.compared.tokens());
  const double months =
      static_cast<double>(report.to_ms - report.from_ms) / static_cast<double>(kMonthMs);
  BreakEven even;
  even.fixed_month = fixed_month;
  even.fixed_period = fixed_month * months;
  even.avoided = report.compared.avoided;
  even.own_cost = report.compared.cost;
  even.cache_avoided = report.cache_avoided;
  if (tokens > 0) even.per_million = (even.avoided - even.own_cost) / tokens * kMillion;
  if (even.per_million.value_or(0) > 0)
    even.tokens_month = fixed_month / *even.per_million * kMillion;
  if (months > 0) even.tokens_month_now = tokens / months;
  if (even.tokens_month.value_or(0) > 0 && even.tokens_month_now) {
    even.reached = *even.tokens_month_now / *even.tokens_month;
  }
  return even;
}

}  // namespace banto::ops
