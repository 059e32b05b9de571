// What `banto report` is asked for, and how its values are read. Pure.
#ifndef BANTO_PROXY_PROCESS_REPORT_OPTIONS_H_
#define BANTO_PROXY_PROCESS_REPORT_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banto {

struct ReportOptions {
  std::vector<std::string> logs;  // "-" is stdin; none: the configuration's
  // At most one of the two; neither: from the log's beginning.
  std::optional<int64_t> since_ago_ms, since_unix_ms;
  std::optional<double> fixed_cost;  // a month
  bool json = false;
};

// Take one value each; they return what is wrong with it, or "".
std::string TakeSince(const std::string& value, ReportOptions* options);
std::string TakeFixedCost(const std::string& value, ReportOptions* options);
std::string TakeLog(const std::string& value, ReportOptions* options);

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_REPORT_OPTIONS_H_
