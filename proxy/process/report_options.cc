#include "proxy/process/report_options.h"

#include <algorithm>
#include <charconv>

#include "conf/value_parser.h"
#include "proxy/ops/log_time.h"

namespace banto {

std::string TakeSince(const std::string& value, ReportOptions* options) {
  int64_t ago_ms = 0;
  if (conf::ParseDurationMs(value, &ago_ms) == conf::ParseProblem::kNone && ago_ms > 0) {
    options->since_ago_ms = ago_ms;
    return "";
  }
  options->since_unix_ms = ops::ReadTimeMs(value);
  if (options->since_unix_ms) return "";
  return "--since needs a duration such as 30d, or a date or time in UTC such as 2026-11-01 or "
         "2026-11-01T09:30, not \"" +
         value + "\"";
}

std::string TakeFixedCost(const std::string& value, ReportOptions* options) {
  constexpr double kAmountMax = 1e12;
  double amount = 0;
  const char* const past = value.data() + value.size();
  const auto [end, error] = std::from_chars(value.data(), past, amount);
  // Written so that NaN fails.
  if (error == std::errc() && end == past && amount > 0 && amount <= kAmountMax) {
    options->fixed_cost = amount;
    return "";
  }
  return "--fixed-cost needs an amount above 0 such as 200 or 149.50, not \"" + value + "\"";
}

std::string TakeLog(const std::string& value, ReportOptions* options) {
  if (value.empty()) return "--log needs a file, or - for stdin";
  std::vector<std::string>& logs = options->logs;
  if (std::find(logs.begin(), logs.end(), value) != logs.end()) {
    return "the log " + value + " is given twice";
  }
  logs.push_back(value);
  return "";
}

}  // namespace banto
